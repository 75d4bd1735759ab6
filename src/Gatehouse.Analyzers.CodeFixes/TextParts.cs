using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Gatehouse.Analyzers.CodeFixes;

/// <summary>A text that is put together, in its fixed parts and its values.</summary>
/// <param name="Text">A fixed part, or null.</param>
/// <param name="Value">A value, or null.</param>
internal sealed record TextParts(string? Text, ExpressionSyntax? Value)
{
    /// <summary>The parts of a concatenation or an interpolated string; null for another expression, and where a value has a format.</summary>
    public static List<TextParts>? Of(ExpressionSyntax expression)
    {
        var parts = new List<TextParts>();
        return Add(parts, expression) && parts.Exists(part => part.Text is not null) ? parts : null;
    }

    public static ExpressionSyntax Literal(string text) => LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));

    private static bool Add(List<TextParts> parts, ExpressionSyntax expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal:
                parts.Add(new TextParts(literal.Token.ValueText, null));
                return true;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum:
                return Add(parts, sum.Left) && Add(parts, sum.Right);
            case ParenthesizedExpressionSyntax inner:
                return Add(parts, inner.Expression);
            case InterpolatedStringExpressionSyntax text:
                foreach (var content in text.Contents)
                {
                    if (content is InterpolatedStringTextSyntax fixedPart) parts.Add(new TextParts(fixedPart.TextToken.ValueText, null));
                    else if (content is InterpolationSyntax { FormatClause: null, AlignmentClause: null } value) parts.Add(new TextParts(null,
                        value.Expression));
                    else return false;
                }

                return true;
            default:
                parts.Add(new TextParts(null, expression.WithoutTrivia()));
                return true;
        }
    }
}
