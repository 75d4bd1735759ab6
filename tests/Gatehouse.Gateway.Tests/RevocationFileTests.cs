using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>A list of revocations that others write is in force one look later at the latest, open streams included.</summary>
[Trait("Requirement", "ID-07")]
[Trait("NoRetry", "yes")]
public sealed class RevocationFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-revocations-");
    private readonly ManualTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private int writes;

    private string ListFile => Path.Join(folder.FullName, "revocations.jsonl");

    [Theory]
    [InlineData("token")]
    [InlineData("jti")]
    [InlineData("session")]
    [InlineData("subject")]
    [InlineData("client")]
    [InlineData("issuer")]
    public async Task EachKind_CutsTheStreamAndRefusesTheToken(string kind)
    {
        Write();
        await using var gateway = await StartAsync();
        var token = Mint(gateway, "alice");
        var bystander = kind is "client" or "issuer" ? null : Mint(gateway, "bob");
        using var stream = await OpenStreamAsync(gateway, token);
        Write(Line(kind, gateway, token));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, token));
        clock.Advance(TimeSpan.FromSeconds(1));
        await AssertEndsAsync(stream);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token));
        if (bystander is not null) Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, bystander));
        Write();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, token));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("jti")]
    [InlineData("session")]
    [InlineData("subject")]
    [InlineData("client")]
    [InlineData("issuer")]
    public async Task EachKindByControl_CutsTheStreamAtOnce(string kind)
    {
        Write();
        await using var gateway = await StartAsync();
        var token = Mint(gateway, "alice");
        using var stream = await OpenStreamAsync(gateway, token);
        using var line = System.Text.Json.JsonDocument.Parse(Line(kind, gateway, token));
        var acts = GatewayAdministration.ControlOf(gateway.Host);
        string Of(string name) => line.RootElement.TryGetProperty(name, out var given) ? given.GetString()! : "";
        var request = new RevokeTokens(Kind(kind), Of("issuer"), Of("value"));
        Assert.False((await acts.HandleAsync(request, new PeerAccount(1, null))).Ok,
            "an act that names a person needs proof");
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, token));
        await Eventually.TrueAsync(() => gateway.Host.Registry.Count == 1, "only the stream is open");
        var reply = await acts.HandleAsync(request, new PeerAccount(1, null), gateway.AdminToken());
        Assert.True(reply.Ok, reply.Message);
        Assert.EndsWith("1 exchange ended", reply.Message, StringComparison.Ordinal);
        await AssertEndsAsync(stream);
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token));
    }

    [Theory]
    [InlineData("subject", null, "a", "not an issuer")]
    [InlineData("subject", "https://unknown", "a", "not an issuer")]
    [InlineData("token", null, "abc", "SHA-256")]
    [InlineData("token", null, null, "no value is given")]
    public async Task AnActThatNamesNothing_IsRefused(string kind, string? issuer, string? value, string message)
    {
        Write();
        await using var gateway = await StartAsync();
        var reply = await GatewayAdministration.ControlOf(gateway.Host)
            .HandleAsync(new RevokeTokens(Kind(kind), issuer ?? "", value ?? ""), new PeerAccount(1, null), gateway.AdminToken());
        Assert.False(reply.Ok);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFaultyList_LeavesTheLastGoodOneInForceAndIsTold()
    {
        Write();
        await using var gateway = await StartAsync();
        var token = Mint(gateway, "alice");
        Write(Line("subject", gateway, token));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token));
        foreach (var damage in new Action[]
            { () => File.WriteAllText(ListFile, "{\"version\":1}\nhello"), () => File.Delete(ListFile),
                () => { Write(); File.SetUnixFileMode(ListFile, (UnixFileMode)0b110_110_110); } })
        {
            damage();
            clock.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(gateway, token));
        }

        Assert.Contains("line 2", gateway.Diagnostics, StringComparison.Ordinal);
        Assert.Contains("cannot be read", gateway.Diagnostics, StringComparison.Ordinal);
        Assert.Contains("chmod go-w", gateway.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFaultyList_KeepsTheGatewayFromStarting()
    {
        File.WriteAllText(ListFile, "hello");
        Assert.Contains("line 1", (await Assert.ThrowsAsync<InvalidDataException>(StartAsync)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(s => s with { Revocations = new RevocationSettings { File = ListFile } }, clock);

    private static string Mint(TestGateway gateway, string subject) => gateway.Host.Development!.Mint(new DevelopmentGrant
    {
        Subject = subject,
        Audience = gateway.Url.ToString(),
        ClientId = "tests",
        SessionId = $"login-of-{subject}",
    }).Reveal().ToString();

    private static string Line(string kind, TestGateway gateway, string token)
    {
        var issuer = gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        using var claims = System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return kind switch
        {
            "token" => $$"""{"kind":"token","value":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)))}}"}""",
            "issuer" => $$"""{"kind":"issuer","issuer":"{{issuer}}"}""",
            _ => $$"""{"kind":"{{kind}}","issuer":"{{issuer}}","value":"{{claims.RootElement.GetProperty(kind switch { "jti" => "jti", "session" => "sid", "client" => "client_id", _ => "sub" }).GetString()}}"}""",
        };
    }

    // Each write differs in its time, also where the clock of the disk is coarse.
    private void Write(params string[] lines)
    {
        File.WriteAllText(ListFile, "{\"version\":1}\n" + string.Join('\n', lines));
        File.SetUnixFileMode(ListFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(ListFile, DateTime.UnixEpoch.AddDays(20_000).AddSeconds(writes++));
    }

    private static async Task<HttpStatusCode> SendAsync(TestGateway gateway, string token) =>
        (await gateway.CallAsync(gateway.Post(TestGateway.InitializeBody, token))).Status;

    private static async Task<StreamReader> OpenStreamAsync(TestGateway gateway, string token)
    {
        gateway.Upstream.On("GET", async (context, _) =>
        {
            await RecordingUpstream.Events(context, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n");
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var session = await gateway.InitializeAsync(token);
        var client = new HttpClient();
        var response = await client.SendAsync(gateway.Get(token, ("Mcp-Session-Id", session)), HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("data: ", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        return reader;
    }

    private static async Task AssertEndsAsync(StreamReader stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await stream.ReadLineAsync(limit.Token) is not null)
        {
        }
    }

    private static RevocationKind Kind(string word) =>
        RevocationWords.TryParse(word, out var kind) ? kind : throw new ArgumentOutOfRangeException(nameof(word));
}
