using Gatehouse.Server.RunTime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.Tests;

/// <summary>The reading of statements, and files and programs of tools.</summary>
public sealed class RunTimeGuardTests
{
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
        var facts = new List<(string, string)[]>();
        new RunningTool(RunTimeGuardMode.Observe, "t", new ToolAccessAttribute(), [], facts.Add).RequireProgram("sh");
        Assert.Equal([("tool", "t"), ("kind", "start the program"), ("what", "sh"), ("outcome", "observed")], Assert.Single(facts));
    }

    // CWE-613: what a tool leaves running keeps no right of it.
    [Fact]
    public void AfterTheCall_NothingIsDeclared_AndOneActIsRecorded()
    {
        var facts = new List<(string, string)[]>();
        var tool = new RunningTool(RunTimeGuardMode.Block, "t", new ToolAccessAttribute { Programs = ["git"] }, [], facts.Add);
        tool.RequireProgram("git");
        tool.End();
        Assert.Empty(facts);
        for (var i = 0; i < 3; i++)
            Assert.Contains("its call has ended", Assert.Throws<ToolAccessException>(() => tool.RequireProgram("git")).Message, StringComparison.Ordinal);
        Assert.Single(facts);
    }

    // CWE-770
    [Fact]
    public void Acts_OfOneCall_HaveSixteenEntriesAndACount()
    {
        var facts = new List<(string, string)[]>();
        var tool = new RunningTool(RunTimeGuardMode.Observe, "t", new ToolAccessAttribute(), [], facts.Add);
        for (var i = 0; i < 40; i++) tool.RequireProgram("sh");
        Assert.Equal(16, facts.Count);
        tool.End();
        Assert.Equal([("tool", "t"), ("count", "24"), ("outcome", "observed")], facts[^1]);
    }

    [Fact]
    public void NamesOfMembers_AreTextsOfTheCaller()
    {
        using var value = System.Text.Json.JsonDocument.Parse("""{"a":[{"1=1 --":"b"}]}""");
        Assert.Equal(["filter", "a", "1=1 --", "b"], RunTimeGuard.Texts("filter", value.RootElement));
    }

    // CWE-400: each part of a path is asked for a link.
    [Fact]
    public void Path_ThatIsTooLong_IsRefusedBeforeAnyCheck() =>
        Assert.Contains("longer than 4096 bytes", Assert.Throws<IOException>(
            () => ToolFiles.OpenRead("/" + string.Concat(Enumerable.Repeat("a/", 500_000)))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task OnlyRegularFiles_AreOpened()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-files-");
        try
        {
            var file = Path.Join(folder.FullName, "file");
            await using (var made = ToolFiles.OpenWrite(file)) await made.WriteAsync("text"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal("text", await ToolFiles.ReadTextAsync(file, TestContext.Current.CancellationToken));
            Assert.Throws<IOException>(() => ToolFiles.OpenRead(folder.FullName));
            if (!OperatingSystem.IsLinux()) return;
            var pipe = Path.Join(folder.FullName, "pipe");
            using (var make = System.Diagnostics.Process.Start("mkfifo", pipe)) await make.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(File.Exists(pipe));
            foreach (var path in (string[])[pipe, "/dev/zero"]) Assert.Throws<IOException>(() => ToolFiles.OpenRead(path));
            Assert.Throws<IOException>(() => ToolFiles.OpenWrite(pipe)); // ENXIO: no reader is there, and none is waited for
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // CWE-918: a redirect leads past the guard, also below a handler around the one that follows it.
    [Theory]
    [InlineData(RunTimeGuardMode.Block, false)]
    [InlineData(RunTimeGuardMode.Observe, true)]
    public void WrappedHandler_FollowsNoRedirect_WhereTheGuardBlocks(RunTimeGuardMode mode, bool follows)
    {
        using var innermost = new HttpClientHandler();
        using var services = new ServiceCollection().AddHttpClient("c")
            .ConfigurePrimaryHttpMessageHandler(() => new Wrapping { InnerHandler = innermost }).Services
            .AddSingleton<IHttpMessageHandlerBuilderFilter>(new ToolHttpFilter(new RunTimeGuard(mode))).BuildServiceProvider();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("c");
        Assert.Equal(follows, innermost.AllowAutoRedirect);
    }

    private sealed class Wrapping : DelegatingHandler;

    private static RunningTool Tool(ToolAccessAttribute declared, params string[] arguments) =>
        new(RunTimeGuardMode.Block, "t", declared, arguments, static _ => { });
}
