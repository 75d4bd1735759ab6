using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Gatehouse.Analyzers.CodeFixes;

/// <summary>
/// The fix of <c>command.CommandText = "… where name = '" + name + "'"</c>: each value becomes a parameter. It is offered where every value is a name
/// after a comparison, where SQL has a value. The name of a column or table cannot be a parameter.
/// </summary>
internal static class SqlParameters
{
    private static readonly char[] Comparisons = ['=', '<', '>'];

    public static SyntaxNode? Apply(SyntaxNode root, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not
            {
                Left: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CommandText", Expression: var command },
                Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement,
            } assignment || TextParts.Of(assignment.Right) is not { } parts) return null;
        var sql = "";
        var values = new List<string>();
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index].Text is { } text)
            {
                // The quotes around a value go with it.
                var quoted = index > 0 && parts[index - 1].Value is not null && text.StartsWith("'", StringComparison.Ordinal);
                sql += quoted ? text.Substring(1) : text;
                continue;
            }

            if (parts[index].Value is not IdentifierNameSyntax value) return null;
            var before = sql.TrimEnd();
            if (sql.EndsWith("'", StringComparison.Ordinal)) before = sql.Substring(0, sql.Length - 1).TrimEnd();
            if (before.Length == 0 || Array.IndexOf(Comparisons, before[before.Length - 1]) < 0) return null;
            sql = (sql.EndsWith("'", StringComparison.Ordinal) ? sql.Substring(0, sql.Length - 1) : sql) + "@" + value.Identifier.ValueText;
            if (!values.Contains(value.Identifier.ValueText)) values.Add(value.Identifier.ValueText);
        }

        var indent = statement.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)).ToString();
        var changed = statement.ReplaceNode(assignment.Right, TextParts.Literal(sql).WithTriviaFrom(assignment.Right)).WithTrailingTrivia();
        var lines = changed.ToFullString() + "\n" + string.Concat(values.Select(value => Added(indent, command.ToString(), value)));
        var statements = block.Statements;
        var place = statements.IndexOf(statement);
        var added = ((BlockSyntax)ParseStatement("{\n" + lines + "}")).Statements;
        return root.ReplaceNode(block, block.WithStatements(statements.RemoveAt(place).InsertRange(place, added)));
    }

    private static string Added(string indent, string command, string value)
    {
        var name = value + "Parameter";
        return $"{indent}var {name} = {command}.CreateParameter();\n{indent}{name}.ParameterName = \"@{value}\";\n{indent}{name}.Value = {value};\n"
            + $"{indent}{command}.Parameters.Add({name});\n";
    }
}
