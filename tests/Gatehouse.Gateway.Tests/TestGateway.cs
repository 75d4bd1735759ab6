using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline;
using Gatehouse.Policy;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests;

/// <summary>A gateway in this process in front of a recording upstream, with tokens of the development issuer.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-test-");
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> answered = new();

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> diagnostics;

    private TestGateway(GatewayHost host, RecordingUpstream upstream, System.Collections.Concurrent.ConcurrentQueue<string> diagnostics)
    {
        Host = host;
        Upstream = upstream;
        this.diagnostics = diagnostics;
    }

    /// <summary>What the gateway told its operator.</summary>
    public string Diagnostics => string.Join('\n', diagnostics);

    public GatewayHost Host { get; }

    /// <summary>File to which a shell server writes the cancellations it gets.</summary>
    public string Cancelled { get; private init; } = "";

    /// <summary>True when the state folder is somebody else's.</summary>
    public bool KeepState { get; private init; }

    public RecordingUpstream Upstream { get; }

    private ManualTimeProvider? Clock { get; init; }

    public Uri Url => new(Host.Snapshots.Current.Settings.Resource(Host.Snapshots.Current.Settings.Servers[0]));

    /// <summary>For rules that let servers ask as well. Whoever calls does not answer questions to people.</summary>
    public static System.Collections.Immutable.ImmutableHashSet<PolicyDirection> EveryDirection { get; } =
        [.. Enum.GetValues<PolicyDirection>().Where(direction => direction != PolicyDirection.Approvals)];

    public static async Task<TestGateway> StartAsync(
        Func<GatewaySettings, GatewaySettings>? change = null, TimeProvider? time = null, IAuditLog? audit = null,
        IEnumerable<PolicyRule>? rules = null,
        Func<Gatehouse.Configuration.ConfigurationResult>? reload = null, string cancelled = "", bool keepState = false,
        PartReplacements? replace = null, Func<GatewayHostOptions, GatewayHostOptions>? options = null)
    {
        var upstream = await RecordingUpstream.StartAsync();
        var port = LoopbackPorts.Next();
        var state = Directory.CreateTempSubdirectory("gatehouse-state-");
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri($"http://127.0.0.1:{port}"),
            Listen = new ListenSettings { Url = new Uri($"http://127.0.0.1:{port}") },
            Servers =
            [
                new ServerSettings
                {
                    Name = "up",
                    Path = "/mcp",
                    Http = new HttpUpstreamSettings { Url = upstream.Url, ConnectTimeout = TimeSpan.FromMinutes(1) },
                },
            ],
            Rules = [.. rules ?? [new PolicyRule
                { Id = "all", Who = new WhoClause { Subjects = new NameSet(["alice", "bob"]) }, Directions = EveryDirection }]],
            StateDirectory = state.FullName,
            Administration = new AdministrationSettings { Who = new WhoClause { Subjects = new NameSet(["carol"]) } },
            Development = true,
            // The upstream says something else whenever a test wants it to, and what reaches it is counted. What first use does is FirstUseTests'
            // matter.
            Lock = new LockSettings { FirstUse = FirstUseMode.Off },
        };
        settings = change?.Invoke(settings) ?? settings;
        if (settings.StateDirectory != state.FullName && Directory.Exists(state.FullName)) state.Delete(); // the test may have deleted it
        var diagnostics = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var given = new GatewayHostOptions
        {
            Time = time ?? TimeProvider.System,
            AuditLog = audit,
            Log = new EventTexts(diagnostics.Enqueue),
            ServerOutput = diagnostics.Enqueue,
            Reload = reload,
            Replacements = replace ?? PartReplacements.None,
        };
        var host = await GatewayHost.StartAsync(settings, options?.Invoke(given) ?? given);
        return new TestGateway(host, upstream, diagnostics) { Cancelled = cancelled, KeepState = keepState, Clock = time as ManualTimeProvider };
    }

    /// <summary>From now on no confirmation at a terminal counts, as on a gateway without --dev. The issuer stays the one of --dev.</summary>
    public void CloseTerminal()
    {
        var current = Host.Snapshots.Current;
        // Tokens of the issuer of --dev show no factor.
        var administration = current.Settings.Administration with { Strengths = current.Settings.AdministrationStrengths };
        Host.Snapshots.Replace(current with { Settings = current.Settings with { Development = false, Administration = administration } });
    }

    public string Token(string subject = "alice", string? audience = null, TimeSpan? life = null, TokenBinding? binding = null,
        params string[] groups) =>
        Host.Development!.Mint(new DevelopmentGrant
        {
            Subject = subject,
            Groups = [.. groups],
            Audience = audience ?? Url.ToString(),
            // A client that makes calls grants nothing as an administrator.
            ClientId = audience == Host.Snapshots.Current.Settings.AdministrationResource ? "desk" : "tests",
            Binding = binding,
            Lifetime = life ?? TimeSpan.FromMinutes(10),
        }).Reveal().ToString();

    /// <summary>A token of the administrator, for acts that name a person.</summary>
    public string AdminToken() => Token("carol", Host.Snapshots.Current.Settings.AdministrationResource);

    public HttpRequestMessage Post(string body, string? token = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return Complete(request, token ?? Token(), headers);
    }

    public HttpRequestMessage Get(string? token = null, params (string Name, string Value)[] headers) =>
        Complete(new HttpRequestMessage(HttpMethod.Get, Url), token ?? Token(), headers);

    public HttpRequestMessage Delete(string? token = null, params (string Name, string Value)[] headers) =>
        Complete(new HttpRequestMessage(HttpMethod.Delete, Url), token ?? Token(), headers);

    /// <summary>A modern request with its facts and mirrored headers in order.</summary>
    public HttpRequestMessage Modern(string method, string parameters = "", string? name = null, string? token = null,
        params (string Name, string Value)[] headers)
    {
        const string meta =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        var body = $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{(parameters.Length == 0 ? "" : parameters + ",")}{meta}}}}}";
        List<(string, string)> all = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method), .. headers];
        if (name is not null) all.Add(("Mcp-Name", name));
        return Post(body, token, [.. all]);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => client.SendAsync(request, CancellationToken.None);

    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(HttpRequestMessage request)
    {
        var response = await SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (response.Headers.TryGetValues("Gatehouse-Request-Id", out var ids))
        {
            answered.Enqueue(ids.Single());
            await LeftAsync(ids.Single());
        }

        return (response.StatusCode, text.StartsWith('{') ? JsonDocument.Parse(text).RootElement : default, response);
    }

    // An exchange gives its id and its places back behind its answer. On a slow machine the next request of a test would still meet them. An exchange
    // that waits for something else, such as a clock that is not moved, is left to the test.
    private Task<bool> LeftAsync(string id) =>
        Eventually.WithinAsync(() => Host.Registry.OfCallers.All(exchange => exchange.Record.Id != id), TimeSpan.FromMilliseconds(500));

    /// <summary>
    /// Waits until no exchange is under way. An answer comes before the end of its exchange, and the end marks when its caller was last seen: a test
    /// that moves the clock in between measures idle time from the moved clock.
    /// </summary>
    public Task NothingUnderWayAsync() => Eventually.TrueAsync(() => Host.Registry.Count == 0, "no exchange is under way");

    /// <summary>Begins a legacy session and returns its handle.</summary>
    public async Task<string> InitializeAsync(string? token = null)
    {
        var (status, body, response) = await CallAsync(Post(InitializeBody, token));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("2025-11-25", body.GetProperty("result").GetProperty("protocolVersion").GetString());
        return response.Headers.GetValues("Mcp-Session-Id").Single();
    }

    public const string InitializeBody =
        """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"sampling":{},"elicitation":{}},"clientInfo":{"name":"t","version":"1"}}}""";

    /// <summary>All entries of the log so far.</summary>
    public IReadOnlyList<JsonElement> Entries() => [.. OpenedLog.Read(Host.State.Audit, TimeProvider.System)];

    /// <summary>
    /// All entries of the log, as soon as there are so many of ended exchanges, and those of every call that was answered: an entry follows
    /// its answer.
    /// </summary>
    public IReadOnlyList<JsonElement> EntriesWithEnded(int count)
    {
        string[] awaited = [.. answered];
        IReadOnlyList<JsonElement> entries = [];
        var areThere = SpinWait.SpinUntil(
            () =>
            {
                entries = Entries();
                var ended = entries.Where(entry => entry.GetProperty("kind").GetString() == "ended").ToList();
                var ids = ended.Select(entry => entry.TryGetProperty("id", out var id) ? id.GetString() : null).ToHashSet(StringComparer.Ordinal);
                return ended.Count >= count && Array.TrueForAll(awaited, ids.Contains);
            },
            TimeSpan.FromMinutes(2));
        Assert.True(areThere, $"{count} ended entries, and those of the {awaited.Length} calls that were answered, are not there");
        return entries;
    }

    /// <summary>The ended entry of the exchange that a response answers, as soon as it is there: an entry follows its answer.</summary>
    public JsonElement EndedEntryOf(HttpResponseMessage response)
    {
        var id = response.Headers.GetValues("Gatehouse-Request-Id").Single();
        JsonElement found = default;
        Assert.True(
            SpinWait.SpinUntil(
                () => (found = Entries()
                    .FirstOrDefault(e => e.GetProperty("kind").GetString() == "ended"
                    && e.TryGetProperty("id", out var of) && of.GetString() == id)).ValueKind == JsonValueKind.Object,
                TimeSpan.FromMinutes(2)),
            $"the ended entry of {id} is not there");
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        // A clock that stands still holds whatever waits for a grace: a failed test would never end.
        var ending = Host.DisposeAsync().AsTask();
        if (Clock is not null) await Eventually.AdvancedAsync(Clock, TimeSpan.FromSeconds(1), ending);
        await ending;
        await Upstream.DisposeAsync();
        client.Dispose();
        folder.Delete(recursive: true);
        if (!KeepState) Directory.Delete(Host.State.Root, recursive: true);
    }

    private static HttpRequestMessage Complete(HttpRequestMessage request, string token, (string Name, string Value)[] headers)
    {
        if (token.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (!headers.Any(h => h.Name == "Accept"))
            request.Headers.TryAddWithoutValidation("Accept", request.Method == HttpMethod.Get
                ? "text/event-stream" : "application/json, text/event-stream");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
