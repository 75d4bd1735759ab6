using System.Collections.Immutable;
using System.Composition;
using Gatehouse.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Gatehouse.Analyzers.CodeFixes;

/// <summary>
/// Fixes where one right fix exists: a list of arguments in place of a command line, a parameter in place of a text in SQL, a fixed text in place of
/// that of an exception, and the check of the audience. What needs a decision of the author has none.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ToolCodeFixProvider)), Shared]
public sealed class ToolCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [Rules.Command.Id, Rules.Sql.Id, Rules.ExceptionText.Id, Rules.Audience.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root) return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            var (title, changed) = diagnostic.Id switch
            {
                "GHA0001" => ("Pass the arguments as a list", ArgumentList(root, node)),
                "GHA0003" => ("Write a parameter into the SQL text", SqlParameters.Apply(root, node)),
                "GHA0007" => ("Return a fixed text", FixedText(root, node)),
                _ => ("Check the audience", Audience(root, node)),
            };
            if (changed is null) continue;
            context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), diagnostic.Id),
                diagnostic);
        }
    }

    // A call of Start, or a ProcessStartInfo, with a line of arguments: words of the fixed text, and each value as one argument.
    private static SyntaxNode? ArgumentList(SyntaxNode root, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent: BaseArgumentListSyntax { Arguments: { Count: 2 } arguments } list } argument
            || arguments[1] != argument || arguments[0].Expression is not LiteralExpressionSyntax program
                || IsShell(program.Token.ValueText)) return null;
        if (Words(argument.Expression) is not { } words) return null;
        if (list.Parent is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Start" } })
        {
            var collection = ParseExpression($"[{string.Join(", ", words)}]");
            return root.ReplaceNode(argument, argument.WithExpression(collection.WithTriviaFrom(argument.Expression)));
        }

        if (list.Parent is not ObjectCreationExpressionSyntax { Initializer: null } creation) return null;
        var start = ParseExpression($"new {creation.Type}({arguments[0]}) {{ ArgumentList = {{ {string.Join(", ", words)} }} }}");
        return root.ReplaceNode(creation, start.WithTriviaFrom(creation));
    }

    private static bool IsShell(string program)
    {
        var name = program.Substring(program.LastIndexOfAny(['/', '\\']) + 1).Split('.')[0];
        return name is "sh" or "bash" or "zsh" or "cmd" or "powershell" or "pwsh" or "env";
    }

    // Null where a value is a part of a word, or within quotes: there the text says what is meant, and a fix would guess.
    private static List<ExpressionSyntax>? Words(ExpressionSyntax line)
    {
        if (TextParts.Of(line) is not { } parts) return null;
        var words = new List<ExpressionSyntax>();
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index].Value is { } value)
            {
                var before = index == 0 || parts[index - 1].Text is { } left && left.EndsWith(" ", StringComparison.Ordinal);
                var after = index == parts.Count - 1 || parts[index + 1].Text is { } right && right.StartsWith(" ", StringComparison.Ordinal);
                if (!before || !after) return null;
                words.Add(value);
                continue;
            }

            var text = parts[index].Text!;
            if (text.IndexOf('"') >= 0 || text.IndexOf('\'') >= 0) return null;
            words.AddRange(text.Split([' '], StringSplitOptions.RemoveEmptyEntries).Select(TextParts.Literal));
        }

        return words;
    }

    private static SyntaxNode? FixedText(SyntaxNode root, SyntaxNode node)
    {
        if (node is not ExpressionSyntax expression) return null;
        // The text around the message announces it, so the whole text is replaced.
        var whole = expression;
        while (whole.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }
            or InterpolationSyntax or InterpolatedStringExpressionSyntax
            or ParenthesizedExpressionSyntax or ConditionalAccessExpressionSyntax)
        {
            whole = whole.Parent is InterpolationSyntax { Parent: InterpolatedStringExpressionSyntax text } ? text : (ExpressionSyntax)whole.Parent;
        }

        if (expression is IdentifierNameSyntax && whole == expression) return null;
        return root.ReplaceNode(whole, TextParts.Literal("The call failed.").WithTriviaFrom(whole));
    }

    private static SyntaxNode? Audience(SyntaxNode root, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not
            { Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression } off })
            return null;
        return root.ReplaceNode(off, LiteralExpression(SyntaxKind.TrueLiteralExpression).WithTriviaFrom(off));
    }
}
