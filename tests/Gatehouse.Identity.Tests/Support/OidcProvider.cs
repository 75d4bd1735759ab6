using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>The Node program oidc-provider, run as a child on loopback.</summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string Resource = "http://127.0.0.1:8080/mcp";
    public const string OtherResource = "http://127.0.0.1:8080/other";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly HttpClient client = new();
    private int isDisposed;

    private OidcProvider(Process process, string issuer)
    {
        this.process = process;
        Issuer = issuer;
    }

    public string Issuer { get; }

    public int Port => new Uri(Issuer).Port;

    /// <summary>Starts the provider with fresh keys; skips the test when it is not installed.</summary>
    /// <param name="algorithm">The algorithm of its access tokens.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="format">jwt, or opaque for tokens that only the provider can read.</param>
    /// <param name="clientsFile">Further clients, which get back-channel logout; null for none.</param>
    public static async Task<OidcProvider> StartAsync(string algorithm, int port = 0, string format = "jwt", string? clientsFile = null)
    {
        var root = TestData.RepositoryRoot ?? "";
        var node = Path.Combine(root, ".tools", "node", "bin", "node");
        var peers = Path.Combine(root, "tests", "peers");
        var isInstalled = File.Exists(node) && Directory.Exists(Path.Combine(peers, "node_modules", "oidc-provider"))
            && File.Exists(Path.Combine(peers, "oidc-provider.mjs"));
        Assert.SkipUnless(isInstalled, "run ./test --full once, which installs the Node peers");
        var start = new ProcessStartInfo(node)
        { WorkingDirectory = peers, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add("oidc-provider.mjs");
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["RESOURCES"] = $"{Resource},{OtherResource}";
        start.Environment["TOKEN_TTL"] = "300";
        start.Environment["ALG"] = algorithm;
        start.Environment["TOKEN_FORMAT"] = format;
        start.Environment["EXIT_WITH_STDIN"] = "1";
        if (clientsFile is not null)
        {
            start.Environment["CLIENTS_FILE"] = clientsFile;
            start.Environment["BACKCHANNEL"] = "1";
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new OidcProvider(process, await ReadAddressAsync(process));
    }

    /// <summary>Asks for an access token by client credentials.</summary>
    /// <param name="resource">The resource it is for.</param>
    /// <param name="prover">Proves its key, to which the token is bound then; null asks for a plain one.</param>
    public async Task<string> GetTokenAsync(string resource, DPoPProofMaker? prover = null)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "svc",
            ["client_secret"] = "svc-secret",
            ["resource"] = resource,
            ["scope"] = "mcp:read mcp:tools",
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{Issuer}/token")) { Content = form };
        if (prover is not null)
            request.Headers.Add("DPoP", prover.Make("POST", $"{Issuer}/token", null));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, body);
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>Revokes a token at the provider (RFC 7009).</summary>
    public async Task RevokeAsync(string token)
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["token"] = token, ["client_id"] = "svc", ["client_secret"] = "svc-secret" });
        using var response = await client.PostAsync(new Uri($"{Issuer}/token/revocation"), form, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        client.Dispose();
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string> ReadAddressAsync(Process process)
    {
        const string Prefix = "listening ";
        using var limit = new CancellationTokenSource(StartLimit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(Prefix, StringComparison.Ordinal))
                return line[Prefix.Length..].Trim();
        }

        throw new InvalidOperationException("oidc-provider ended before it listened");
    }
}
