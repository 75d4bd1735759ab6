using Gatehouse.Server.RunTime;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.Tests;

/// <summary>The reading of statements, and files and programs of tools.</summary>
public sealed class RunTimeGuardTests
{
    private static readonly RunTimeGuard Guard = new(RunTimeGuardMode.Block);

    [Theory]
    [InlineData("select name from customers", true)]
    [InlineData("WITH a AS (SELECT 1) SELECT * FROM a;", true)]
    [InlineData("select 'delete' from words where id = $1", true)]
    [InlineData("select 'x' --'\n; delete from words", false)]
    [InlineData("select $$'$$ ; delete from words; --'", false)]
    [InlineData("select '\\'' into outfile 'x' -- '", false)]
    [InlineData("select \"update\" from words", true)]
    [InlineData("select 1; drop table customers", false)]
    [InlineData("select * into copy from customers", false)]
    [InlineData("with gone as (delete from customers returning *) select * from gone", false)]
    [InlineData("select 1 /* open", false)]
    [InlineData("select 1 /*! ; delete from customers */", false)]
    [InlineData("select 1--1 ; delete from customers", false)]
    [InlineData("select [it's] from words ; delete from words -- '", false)]
    [InlineData("select 'open", false)]
    [InlineData("insert into customers values (1)", false)]
    [InlineData("", false)]
    public void OnlyReads_IsTrueForOneReadingStatement(string sql, bool expected) => Assert.Equal(expected, SqlText.OnlyReads(sql));

    [Theory]
    [InlineData(SqlAccess.None, "select 1", "a statement")]
    [InlineData(SqlAccess.Read, "delete from customers", "may write")]
    [InlineData(SqlAccess.Write, "select * from customers where name = 'x' or 1=1 --'", "an argument of the call in its text")]
    public void Statement_ThatIsNotDeclared_IsRefused(SqlAccess declared, string sql, string expected) => Assert.Contains(expected,
        Assert.Throws<ToolAccessException>(() => Tool(new ToolAccessAttribute { Sql = declared }, "x' or 1=1 --").RequireStatement(sql)).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(SqlAccess.Read, "select * from customers where name = @name")]
    [InlineData(SqlAccess.Write, "delete from customers where name = @name")]
    [InlineData(SqlAccess.Read, "select * from plain")]
    public void Statement_ThatIsDeclared_Runs(SqlAccess declared, string sql) =>
        Tool(new ToolAccessAttribute { Sql = declared }, "O'Brien", "plain").RequireStatement(sql);

    [Theory]
    [InlineData("https://api.example/x", "api.example", true)]
    [InlineData("https://api.example:8443/x", "api.example:8443", true)]
    [InlineData("https://api.example:8443/x", "api.example", false)]
    [InlineData("https://api.example.evil.example/", "api.example", false)]
    [InlineData("http://169.254.169.254/metadata", "api.example", false)]
    public void Host_IsTheDeclaredOne(string url, string declared, bool isAllowed)
    {
        var fault = Record.Exception(() => Tool(new ToolAccessAttribute { Hosts = [declared] }).RequireHost(new Uri(url)));
        Assert.Equal(isAllowed, fault is null);
    }

    [Fact]
    public void File_IsInADeclaredFolder_WhereverLinksLead()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-files-");
        try
        {
            var inside = Directory.CreateDirectory(Path.Join(folder.FullName, "inside")).FullName;
            File.WriteAllText(Path.Join(inside, "a"), "a");
            File.WriteAllText(Path.Join(folder.FullName, "secret"), "s");
            File.CreateSymbolicLink(Path.Join(inside, "link"), Path.Join(folder.FullName, "secret"));
            var tool = Tool(new ToolAccessAttribute { ReadFolders = [inside] });
            tool.RequireFile(ToolFiles.RealPath(Path.Join(inside, "a")), writes: false);
            foreach (var (path, writes) in ((string, bool)[])[("link", false), ("../secret", false), ("a", true), ("../inside-out/a", false)])
                Assert.Throws<ToolAccessException>(() => tool.RequireFile(ToolFiles.RealPath(Path.Join(inside, path)), writes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Program_IsADeclaredOne()
    {
        var tool = Tool(new ToolAccessAttribute { Programs = ["git"] });
        tool.RequireProgram("git");
        Assert.Throws<ToolAccessException>(() => tool.RequireProgram("/bin/sh"));
    }

    // The SDK lists the attributes of the class before those of the method.
    [Fact]
    public void DeclarationOfTheMethod_ReplacesThatOfTheClass()
    {
        var tool = McpServerTool.Create(typeof(DeclaredTools).GetMethod(nameof(DeclaredTools.Run))!);
        Assert.Equal(["of.method"], tool.Metadata.OfType<ToolAccessAttribute>().Last().Hosts);
    }

    [ToolAccess(Hosts = ["of.class"])]
    private static class DeclaredTools
    {
        [ToolAccess(Hosts = ["of.method"])]
        public static string Run() => "";
    }

    [Fact]
    public void Observing_RecordsAndLetsPass()
    {
        var acts = new List<string>();
        var guard = new RunTimeGuard(RunTimeGuardMode.Observe)
        { OnUndeclared = (tool, kind, what, isRefused) => acts.Add($"{tool} {kind} {what} {isRefused}") };
        new RunningTool(guard, "t", new ToolAccessAttribute(), []).RequireProgram("sh");
        Assert.Equal(["t start the program sh False"], acts);
    }

    private static RunningTool Tool(ToolAccessAttribute declared, params string[] arguments) => new(Guard, "t", declared, arguments);
}
