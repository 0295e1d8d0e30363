//! Lists, conditions, loops and functions.

use tree_sitter::Node;

use super::super::source::Source;
use super::super::statuses::{Place, contains_failure};
use super::super::word::Word;
use super::{Function, Values, Walk, statements_of};

impl Walk {
    pub(super) fn list(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        let or = children.iter().any(|child| child.kind() == "||");
        let parts: Vec<_> = children.into_iter().filter(|c| c.is_named()).collect();
        if let [left, right] = parts.as_slice() {
            self.joined(source, *left, or, *right, place);
        } else {
            self.inside(source, node, place);
        }
    }

    /// `left && right`, `left || right`.
    pub(super) fn joined(
        &mut self,
        source: &Source,
        left: Node<'_>,
        or: bool,
        right: Node<'_>,
        place: Place,
    ) {
        let swallowed = or && !place.then_fails && self.later.swallows(source, right);
        let before = match or {
            true if swallowed => place.guarded(),
            // where the right side does not succeed for certain, the failure goes on
            true if !place.guarded => place.forced(),
            true => place,
            false => Place {
                ignored: true,
                then_fails: contains_failure(source, right),
                ..place
            },
        };
        self.statement(source, left, before);
        self.statement(source, right, place.conditional());
    }

    pub(super) fn branches(&mut self, source: &Source, node: Node<'_>, place: Place) {
        // `if t; then a; else exit 1; fi` fails with t
        let tested = if contains_failure(source, node) {
            place.forced()
        } else {
            place.guarded()
        };
        self.branch(source, node, tested, place.conditional());
    }

    /// An `if`, an `elif` or an `else`.
    pub(super) fn branch(&mut self, source: &Source, node: Node<'_>, tested: Place, place: Place) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        let then = children.iter().position(|child| child.kind() == "then");
        let (conditions, rest) = match then {
            Some(then) => children.split_at_checked(then).unwrap_or((&[], &children)),
            None => (&[][..], &*children),
        };
        let conditions = statements_of(conditions.iter().copied());
        self.list_of(source, &conditions, tested);
        let is_clause = |node: &Node<'_>| matches!(node.kind(), "elif_clause" | "else_clause");
        let body = rest.iter().copied().filter(|child| !is_clause(child));
        self.list_of(source, &statements_of(body), place);
        for clause in rest.iter().filter(|child| is_clause(child)) {
            self.branch(source, *clause, tested, place);
        }
    }

    /// `while` and `until`.
    pub(super) fn repeated(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).collect();
        let until = children.first().is_some_and(|c| c.kind() == "until");
        let conditions = children.iter().copied();
        let conditions = conditions.filter(|child| child.kind() != "do_group");
        let conditions = statements_of(conditions);
        let inverted = conditions
            .first()
            .is_some_and(|(node, _)| node.kind() == "negated_command");
        // a loop that goes on until it succeeds ends only by success
        let tested = if until || inverted {
            place.forced()
        } else {
            place.guarded()
        };
        self.list_of(source, &conditions, tested);
        for body in children.iter().filter(|child| child.kind() == "do_group") {
            self.statement(source, *body, place.conditional());
        }
    }

    /// `for` and `select`.
    pub(super) fn counted(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for child in node.children_by_field_name("value", &mut cursor) {
            values.push(self.resolve(&Word::of(source, child)));
        }
        if let Some(variable) = node.child_by_field_name("variable") {
            let values: Values = values.into_iter().collect();
            let values = values.filter(|values| !values.is_empty());
            let name = source.of(variable).to_owned();
            self.variables.insert(name, values);
        }
        let body = node.child_by_field_name("body");
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if Some(child) != body {
                match child.kind() {
                    "command_substitution" | "process_substitution" => {
                        self.substituted(source, child, place.guarded());
                    }
                    _ => self.inside(source, child, place.guarded()),
                }
            }
        }
        if let Some(body) = body {
            self.statement(source, body, place.conditional());
        }
    }

    pub(super) fn cases(&mut self, source: &Source, node: Node<'_>, place: Place) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() != "case_item" {
                self.inside(source, child, place.guarded());
                continue;
            }
            let mut inner = child.walk();
            let values: Vec<_> = child.children_by_field_name("value", &mut inner).collect();
            let mut inner = child.walk();
            let body = child.children(&mut inner);
            let body = body.filter(|node| !values.contains(node));
            let body = statements_of(body);
            self.list_of(source, &body, place.conditional());
        }
    }

    pub(super) fn define(&mut self, source: &Source, node: Node<'_>) {
        let name = node.child_by_field_name("name");
        let body = node.child_by_field_name("body");
        if let (Some(name), Some(body)) = (name, body) {
            let function = Function {
                body: source.restore(source.of(body)),
                line: source.line(body),
            };
            let name = source.restore(source.of(name));
            self.functions.insert(name, function);
        }
    }
}
