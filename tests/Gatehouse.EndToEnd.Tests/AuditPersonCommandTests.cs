using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>
/// The file of an export of one person is whole or absent, whatever the gateway answers. The gateway of these tests answers by a list.
/// </summary>
[Trait("Requirement", "DP-03")]
public sealed class AuditPersonCommandTests : IDisposable
{
    private const string First =
        """{"ok":true,"result":{"page":{"entries":[{"v":3,"id":"01a"},{"v":3,"id":"01b"}],"next":"5-2"},"scope":"all","requests":[]},"message":"entries 0 to 255 of log-0001 are not in the folder"}""";
    private const string Second =
        """{"ok":true,"result":{"page":{"entries":[{"v":3,"id":"01c"}]},"scope":"all","requests":[{"id":"01c","form":"message","text":"{}"}]}}""";
    private const string Empty = """{"ok":true,"result":{"page":{"entries":[]},"scope":"all","requests":[]}}""";
    private const string Refused = """{"ok":false,"message":"the gateway cannot write the audit log","remedy":"make room"}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-person-");

    public AuditPersonCommandTests() => File.WriteAllText(Token, "a token");

    private string Token => Path.Combine(folder.FullName, "token");

    private string Output => Path.Combine(folder.FullName, "alice.jsonl");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task EveryPage_IsInOneFile_OfTheOwnerOnly_WithTheNumbersAtItsEnd()
    {
        var (code, _, errors, asked) = await RunAsync([First, Second], "--payloads", "--purpose", "ticket");
        Assert.True(code == 0, errors);
        var lines = File.ReadAllLines(Output).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        Assert.Equal(["person", "auditEntry", "auditEntry", "auditEntry", "keptRequest", "end"], lines.Select(line => line.GetProperty("kind").GetString()));
        Assert.Equal("alice", lines[0].GetProperty("person").GetProperty("subject").GetString());
        var end = lines[^1].GetProperty("end");
        Assert.Equal((3, 1, 1), (end.GetProperty("entries").GetInt32(), end.GetProperty("requests").GetInt32(), end.GetProperty("notes").GetArrayLength()));
        Assert.Contains("are not in the folder", errors, StringComparison.Ordinal);
        Assert.Contains("3 entries, 1 kept request", errors, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Output));
        Assert.Equal(2, asked.Count);
        Assert.All(asked, one => Assert.Equal(("audit.person", "alice", "https://login.example.com", "a token", true), (one.GetProperty("act").GetString(),
            one.GetProperty("body").GetProperty("subject").GetString(), one.GetProperty("body").GetProperty("issuer").GetString(),
            one.GetProperty("token").GetString(), one.GetProperty("body").GetProperty("payload").GetBoolean())));
        Assert.Equal("5-2", asked[1].GetProperty("body").GetProperty("after").GetString());
    }

    [Fact]
    public async Task ExportThatIsRefusedLater_LeavesNoFile_AndSaysThatItWasNotWhole()
    {
        // Threat: a link waits under the name of the unfinished file (CWE-59).
        var victim = Path.Join(folder.FullName, "victim");
        File.WriteAllText(victim, "mine");
        File.CreateSymbolicLink(Output + ".part", victim);
        var (code, _, errors, _) = await RunAsync([First, Refused], "--purpose", "ticket");
        Assert.Equal(1, code);
        Assert.Contains("not whole after 2 entries; nothing was written", errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(victim));
        Assert.Equal([Path.GetFileName(Output) + ".part", "token", "victim"],
            folder.EnumerateFiles().Select(file => file.Name).Where(name => name != "control.sock").Order(StringComparer.Ordinal));
    }

    // A file without an entry would look like the answer that the log has nothing, where the issuer has a typo.
    [Fact]
    public async Task AnExportWithoutAnEntry_IsNoSuccess_AndLeavesNoFile()
    {
        var (code, _, errors, _) = await RunAsync([Empty.Replace("\"entries\":[]", "\"entries\":[],\"next\":\"5-2\"", StringComparison.Ordinal), Empty], "--purpose", "ticket");
        Assert.Equal(1, code);
        Assert.Contains("the audit log has no entry that names alice of https://login.example.com; nothing was written\n  compare the issuer", errors,
            StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
        Assert.Empty(folder.EnumerateFiles("*.part"));
    }

    [Theory]
    [InlineData(true, "--purpose")]
    [InlineData(false, "is not overwritten")]
    public async Task WithoutAPurpose_OrOverAFile_NothingIsAsked(bool withoutPurpose, string words)
    {
        if (!withoutPurpose) File.WriteAllText(Output, "mine");
        var (code, _, errors, asked) = await RunAsync([], withoutPurpose ? [] : ["--purpose", "ticket"]);
        Assert.Equal(2, code);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    [Fact]
    public async Task InAFolderThatIsNotThere_NothingIsAsked()
    {
        var absent = Path.Combine(folder.FullName, "none");
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, "audit", "person", "i", "s",
            "--output", Path.Combine(absent, "s.jsonl"), "--purpose", "ticket", "--state", folder.FullName, "--token-file", "nofile"));
        Assert.True(code == 3 && output.Length == 0, output + errors);
        Assert.Contains($"s.jsonl cannot be written: the folder {absent} does not exist\n  give a file with --output", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("token", errors, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors, IReadOnlyList<JsonElement> Asked)> RunAsync(string[] replies, params string[] more)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "control.sock")));
        listener.Listen();
        List<JsonElement> asked = [];
        var serving = ServeAsync(listener, replies, asked);
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll,
            ["audit", "person", "https://login.example.com", "alice", "--output", Output, "--state", folder.FullName, "--token-file", Token, .. more]));
        if (replies.Length == asked.Count) await serving;
        return (code, output, errors, asked);
    }

    private static async Task ServeAsync(Socket listener, string[] replies, List<JsonElement> asked)
    {
        foreach (var reply in replies)
        {
            using var socket = await listener.AcceptAsync();
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            asked.Add(JsonSerializer.Deserialize<JsonElement>((await reader.ReadLineAsync())!));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\n"));
        }
    }
}
