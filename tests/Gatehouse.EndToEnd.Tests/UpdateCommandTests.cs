using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatehouse.EndToEnd.Tests.Harness;

namespace Gatehouse.EndToEnd.Tests;

/// <summary><c>gatehouse update check</c> as a person runs it: what it sends, what it accepts, and what it remembers.</summary>
[Trait("Requirement", "CO-06")]
public sealed class UpdateCommandTests : IDisposable
{
    private readonly SignedRelease release = new();

    public void Dispose() => release.Dispose();

    [Fact]
    public async Task WithoutAnAddress_ItSaysSo_AndAddressesThatAreNotProtectedAreRefused()
    {
        var (code, output, errors) = await release.UpdateAsync("check");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("no address of a release statement is configured", errors, StringComparison.Ordinal);
        Assert.Contains("GATEHOUSE_UPDATE_URL", errors, StringComparison.Ordinal);
        (code, _, errors) = await release.UpdateAsync("check", "--url", "http://192.0.2.1/release.txt");
        Assert.Equal(2, code);
        Assert.Contains("no https:// address", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewerVersion_IsReportedWithItsSums_AndTheRequestSaysNothingAboutTheMachine()
    {
        await release.SignAsync("99.0.0", DateTimeOffset.UtcNow.AddMinutes(-1), TimeSpan.FromDays(30));
        var (result, request) = await CheckAsync();
        Assert.True(result.Code == 0, result.Errors);
        Assert.StartsWith("a newer version exists: 99.0.0 of ", result.Output, StringComparison.Ordinal);
        Assert.Contains("gatehouse-0.2.0-linux-x64.tar.gz", result.Output, StringComparison.Ordinal);
        // The whole request: no User-Agent, no version, no language, no cookie, no trace.
        Assert.Matches("^GET /release.txt HTTP/1.1\r\nHost: 127.0.0.1:[0-9]+\r\n\r\n$", request);
    }

    [Fact]
    public async Task ARedirectATooLargeFileAndAClosedPort_AreNoStatement()
    {
        const string elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        var (redirect, _) = await CheckAsync(answer: elsewhere);
        Assert.Equal(3, redirect.Code);
        Assert.Contains("redirects are not followed", redirect.Errors, StringComparison.Ordinal);
        var (endless, _) = await CheckAsync(answer: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + new string('a', (64 << 10) + 1));
        Assert.Equal(3, endless.Code);
        Assert.Contains("larger than 65536 bytes", endless.Errors, StringComparison.Ordinal);
        var gone = await release.UpdateAsync("check", "--url", "http://127.0.0.1:1/release.txt");
        Assert.Equal(3, gone.Code);
    }

    [Fact]
    public async Task StatementOlderThanOneSeen_IsRefused_AndSoIsAMemoryThatWasChanged()
    {
        var now = DateTimeOffset.UtcNow;
        await release.SignAsync("0.0.1", now.AddDays(-2), TimeSpan.FromDays(30));
        var old = await File.ReadAllTextAsync(release.Statement);
        await release.SignAsync("0.0.2", now.AddDays(-1), TimeSpan.FromDays(30));
        var (accepted, _) = await CheckAsync("--json");
        Assert.True(accepted.Code == 0, accepted.Errors);
        var update = JsonSerializer.Deserialize<JsonElement>(accepted.Output).GetProperty("update");
        Assert.Equal(("0.0.2", false), (update.GetProperty("newest").GetString(), update.GetProperty("isNewer").GetBoolean()));
        var memory = Assert.Single(Directory.GetFiles(Path.Join(release.Folder, "state", "gatehouse", "personal")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(memory));

        await File.WriteAllTextAsync(release.Statement, old);
        var (refused, _) = await CheckAsync();
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.Contains("is older (0.0.1, ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("accepted before (0.0.2, ", refused.Errors, StringComparison.Ordinal);

        await File.AppendAllTextAsync(memory, "x");
        var faulty = await release.UpdateAsync("check", "--url", "http://127.0.0.1:1/release.txt", "--key", release.PublicKey);
        Assert.Equal(3, faulty.Code);
        Assert.Contains("remove the file to start again", faulty.Errors, StringComparison.Ordinal);
    }

    // Rollback: the installed build may be as old as the package, so the newest statement that was seen counts too.
    [Fact]
    public async Task PackageOlderThanAStatementSeen_IsNotVerified_UnlessTheOperatorAllowsIt()
    {
        await release.SignAsync("99.0.0", DateTimeOffset.UtcNow.AddMinutes(-1), TimeSpan.FromDays(30));
        string[] verify = ["verify", release.Archive, "--key", release.PublicKey];
        var (accepted, _) = await CheckAsync();
        Assert.True(accepted.Code == 0, accepted.Errors);
        Assert.Equal(0, (await release.UpdateAsync(verify)).Code);
        await release.SignAsync("98.0.0", DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        var (code, output, errors) = await release.UpdateAsync(verify);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("it is older (98.0.0, ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (code, output, errors) = await release.UpdateAsync([.. verify, "--allow-older"]);
        Assert.True(code == 0 && output.Contains("good, of version 98.0.0", StringComparison.Ordinal), output + errors);
        Assert.Contains("accepted by --allow-older: it is older (98.0.0, ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StatementThatIsOver_AndOneOfAnotherKey_AreRefused()
    {
        await release.SignAsync("99.0.0", DateTimeOffset.UtcNow.AddDays(-60), TimeSpan.FromDays(30));
        var (over, _) = await CheckAsync();
        Assert.Equal((1, ""), (over.Code, over.Output));
        Assert.Contains("its time is over since", over.Errors, StringComparison.Ordinal);
        await release.SignAsync("99.0.0", DateTimeOffset.UtcNow, TimeSpan.FromDays(30));
        SignedRelease.WriteKey(release.PrivateKey, release.PublicKey);
        var (other, _) = await CheckAsync();
        Assert.Equal((1, ""), (other.Code, other.Output));
        Assert.Contains("it is not signed by the expected key", other.Errors, StringComparison.Ordinal);
    }

    // A listener that answers one connection, and keeps the bytes that it received.
    private async Task<((int Code, string Output, string Errors) Result, string Request)> CheckAsync(string? option = null, string? answer = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var body = answer ?? $"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{await File.ReadAllTextAsync(release.Statement)}";
        var served = ServeAsync(listener, Encoding.UTF8.GetBytes(body));
        string[] words = ["check", "--url", $"http://{listener.LocalEndpoint}/release.txt", "--key", release.PublicKey];
        var result = await release.UpdateAsync(option is null ? words : [.. words, option]);
        listener.Stop(); // a command that never connected ends the wait
        return (result, await served);
    }

    private static async Task<string> ServeAsync(TcpListener listener, byte[] answer)
    {
        var token = TestContext.Current.CancellationToken;
        using var client = await listener.AcceptTcpClientAsync(token);
        await using var stream = client.GetStream();
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, token);
            if (read == 0) break;
            request.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        try
        {
            await stream.WriteAsync(answer, token);
        }
        catch (IOException)
        {
            // The reader had enough.
        }

        return request.ToString();
    }
}
