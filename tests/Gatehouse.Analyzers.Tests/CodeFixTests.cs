using Gatehouse.Analyzers.CodeFixes;
using Gatehouse.Analyzers.CommandLine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Gatehouse.Analyzers.Tests;

public sealed class CodeFixTests
{
    [Theory]
    [InlineData("""Process.Start("git", "log -- " + name);""", """Process.Start("git", ["log", "--", name]);""")]
    [InlineData("""Process.Start("git", $"log -- {name}");""", """Process.Start("git", ["log", "--", name]);""")]
    [InlineData("""var start = new ProcessStartInfo("git", $"log {name}");""",
        """var start = new ProcessStartInfo("git") { ArgumentList = { "log", name } };""")]
    public Task CommandLine_BecomesAListOfArguments(string before, string after) => FixesAsync(before, after);

    [Fact]
    public Task TextOfSql_BecomesAParameter() => FixesAsync(
        """command.CommandText = "select 1 from people where name = '" + name + "' limit 1";""",
        """
        command.CommandText = "select 1 from people where name = @name limit 1";
                var nameParameter = command.CreateParameter();
                nameParameter.ParameterName = "@name";
                nameParameter.Value = name;
                command.Parameters.Add(nameParameter);
        """);

    [Theory]
    [InlineData("""try { Find(); } catch (Exception problem) { return "Error: " + problem.Message; }""")]
    [InlineData("""try { Find(); } catch (Exception problem) { return $"Error: {problem.Message}"; }""")]
    [InlineData("""try { Find(); } catch (Exception problem) { return problem.ToString(); }""")]
    public Task TextOfAnException_BecomesAFixedText(string before) =>
        FixesAsync(before, """try { Find(); } catch (Exception problem) { return "The call failed."; }""");

    [Fact]
    public Task Audience_IsChecked() => FixesAsync("var rules = new TokenValidationParameters { ValidateAudience = false };",
        "var rules = new TokenValidationParameters { ValidateAudience = true };");

    // A shell takes a program, a quoted text says where an argument ends, and a column cannot be a parameter: there a fix would guess.
    [Theory]
    [InlineData("""Process.Start("bash", "-c " + name);""")]
    [InlineData("""Process.Start("git", "log \"" + name + "\"");""")]
    [InlineData("""Process.Start("git", "--author=" + name);""")]
    [InlineData("""command.CommandText = "select 1 from people order by " + name;""")]
    public async Task WhereAFixWouldGuess_NoneIsOffered(string statement) => Assert.Empty((await OfferAsync(statement)).Actions);

    private static async Task FixesAsync(string before, string after)
    {
        var (document, actions) = await OfferAsync(before);
        var operation = (await Assert.Single(actions).GetOperationsAsync(TestContext.Current.CancellationToken))
            .OfType<ApplyChangesOperation>().Single();
        var changed = operation.ChangedSolution.GetDocument(document.Id)!;
        var text = (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
        Assert.Equal(Text(after), text.ReplaceLineEndings("\n"));
        var compilation = (await changed.Project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        Assert.Empty(await Sources.FindAsync(compilation));
    }

    private static async Task<(Document Document, List<CodeAction> Actions)> OfferAsync(string statement)
    {
        using var workspace = new AdhocWorkspace();
        var sample = Sources.Compile(Text(statement));
        var project = workspace.AddProject("Server", LanguageNames.CSharp).WithMetadataReferences(sample.References)
            .WithCompilationOptions(sample.Options).AddDocument("Usings.cs", References.ImplicitUsings).Project;
        var document = project.AddDocument("Tools.cs", Text(statement));
        var compilation = (await document.Project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        var found = await SourceAnalysis.DiagnosticsAsync(compilation, TestContext.Current.CancellationToken);
        var actions = new List<CodeAction>();
        await new ToolCodeFixProvider().RegisterCodeFixesAsync(new CodeFixContext(document, Assert.Single(found), (action, _) => actions.Add(action),
            TestContext.Current.CancellationToken));
        return (document, actions);
    }

    private static string Text(string statement) => $$"""
        using System.Data.Common;
        using System.Diagnostics;
        using Microsoft.IdentityModel.Tokens;
        using ModelContextProtocol.Server;

        public static class Tools
        {
            [McpServerTool]
            public static string Run(DbCommand command, string name)
            {
                {{statement}}
                return "done";
            }

            private static void Find() => throw new InvalidOperationException();
        }
        """;
}
