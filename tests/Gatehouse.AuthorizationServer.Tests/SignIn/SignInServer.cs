using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tests.Tokens;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>The pages of an authorization server, with clients, providers and a clock of the test.</summary>
internal sealed class SignInServer : IDisposable
{
    public const string Origin = TokenBench.Issuer;
    public const string Callback = "https://client.example/back";

    private readonly IStore store;
    private readonly TokenEndpoint endpoint;

    public SignInServer(params PretendProvider[] providers)
        : this(100_000, providers)
    {
    }

    public SignInServer(int rowLimit, params PretendProvider[] providers)
        : this(time => new TemporaryStore().Open(time, new() { RowLimit = rowLimit }), providers)
    {
    }

    public SignInServer(Func<TimeProvider, IStore> open, params PretendProvider[] providers)
    {
        store = open(Clock);
        Bench = new TokenBench(store.Grants, Clock);
        Providers = providers.Length > 0 ? providers : [new PretendProvider("corp")];
        Bench.Settings = Bench.Settings with { Providers = [.. Providers.Select(one => TokenBench.Provider(one.Name))] };
        var facts = new SealedFacts(new RingSealer(KeyRing.CreateInMemory(Clock)), SignInJson.Default);
        var tokens = Bench.Parts with { Clients = Directory, Facts = facts };
        Settings = new GatewaySettings
        {
            PublicUrl = new Uri(Origin),
            StateDirectory = "/",
            Listen = new ListenSettings { Url = new Uri("http://127.0.0.1:1") },
            AuthorizationServer = new AuthorizationServerSettings { Providers = [] },
            Servers = [new ServerSettings { Name = "files", Path = "/files", Scopes = ["read", "write"] }],
        };
        Parts = new AuthorizationServerParts
        {
            Settings = () => Settings,
            Clients = Directory,
            Providers = () => Providers,
            Grants = tokens.Grants,
            Consents = Consents = new SwitchedConsents(store.Consents),
            Facts = tokens.Facts,
            Issuer = new GrantIssuer(tokens),
            Bar = new GrantBar(Clock),
            Ending = tokens.Ending,
            EndSessions = subject =>
            {
                SignedOut.Add(subject);
                return ValueTask.CompletedTask;
            },
            Withdrawal = new GrantWithdrawal(tokens.Grants, Consents, tokens.Ending, Clock),
            Journal = tokens.Journal,
            Time = Clock,
        };
        Endpoints = new AuthorizationServerEndpoints(
            Parts, () => Share, new Dictionary<(string Method, string Path), Func<HttpContext, Peer, Task>>());
        Tokens = tokens;
        endpoint = new TokenEndpoint(tokens, new FailureRates(tokens));
    }

    public ManualTimeProvider Clock { get; } = new();

    public TokenBench Bench { get; }

    public SwitchedConsents Consents { get; }

    public TokenParts Tokens { get; }

    public GatewaySettings Settings { get; set; }

    public PretendProvider[] Providers { get; }

    /// <summary>People whose MCP sessions were ended.</summary>
    public List<string> SignedOut { get; } = [];

    /// <summary>Percent of a rate for one address block.</summary>
    public int Share { get; set; } = 100;

    public AuthorizationServerParts Parts { get; }

    public AuthorizationServerEndpoints Endpoints { get; }

    public KnownClients Directory { get; } = new([.. Clients.Values]);

    public RecordedJournal Journal => Bench.Journal;

    public static IReadOnlyDictionary<string, OAuthClient> Clients { get; } = new Dictionary<string, OAuthClient>(StringComparer.Ordinal)
    {
        ["editor"] = Client("editor", "Editor", ClientOrigin.Document, "https://client.example/client.json"),
        ["mallory"] = Client("mallory", "Mallory <script>alert(1)</script>", ClientOrigin.Registered, "mallory") with { RedirectUris = ["http://127.0.0.1/cb"] },
        ["trusted"] = Client("trusted", "Trusted", ClientOrigin.Configured, "trusted") with { IsPreApproved = true },
    };

    public PretendBrowser Browser(string home = "203.0.113.7") => new(Endpoints, Origin, home);

    /// <summary>The address with which a client begins.</summary>
    public static string Begin(string client = "editor", params (string Name, string? Value)[] changes) => Begin(Clients[client], changes);

    /// <summary>The address with which a client begins.</summary>
    public static string Begin(OAuthClient known, params (string Name, string? Value)[] changes)
    {
        var given = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["response_type"] = "code",
            ["client_id"] = known.Id,
            ["redirect_uri"] = known.RedirectUris[0],
            ["state"] = "of-the-client",
            ["resource"] = TokenBench.Resource,
            ["scope"] = "read",
            ["code_challenge"] = TokenBench.ChallengeOf(TokenBench.Verifier),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes) given[name] = value;
        return "/oauth/authorize?" + string.Join('&', given.Where(one => one.Value is not null).Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value!)}"));
    }

    /// <summary>Consents, and returns the state that goes to the provider.</summary>
    public static async Task<string> ConsentAsync(PretendBrowser browser, string begin, string provider = "corp")
    {
        var page = await browser.GetAsync(begin);
        Assert.Equal(200, page.Status);
        var left = await browser.PostAsync("/oauth/consent", [new("request", page.Hidden("request")), new("provider", provider)]);
        Assert.Equal(200, left.Status);
        return PretendAnswer.QueryOf(left.Leaving)["state"];
    }

    /// <summary>Signs a person in up to the page that asks for confirmation.</summary>
    public static async Task<PretendAnswer> SignInAsync(PretendBrowser browser, string begin, string person = "alice")
    {
        var state = await ConsentAsync(browser, begin);
        var back = await browser.GetAsync($"/oauth/callback/corp?code={person}&state={state}");
        Assert.Equal(303, back.Status);
        return await browser.GetAsync(back.Location);
    }

    /// <summary>Signs a person in, and returns the address to which the client gets its answer.</summary>
    public static async Task<string> CompleteAsync(PretendBrowser browser, string begin, string person = "alice")
    {
        var page = await SignInAsync(browser, begin, person);
        var left = await browser.PostAsync("/oauth/confirm", [new("request", page.Hidden("request")), new("decision", "continue")]);
        return left.Leaving;
    }

    /// <summary>Redeems a code as its client does.</summary>
    public Task<TokenBench.Received> RedeemAsync(string code, string client = "editor", string resource = TokenBench.Resource) =>
        TokenBench.SendAsync(endpoint.AnswerAsync,
    [
        ("grant_type", "authorization_code"), ("code", code), ("code_verifier", TokenBench.Verifier), ("client_id", Clients[client].Id),
        ("redirect_uri", Clients[client].RedirectUris[0]), ("resource", resource),
    ]);

    public void Dispose() => Bench.Dispose();

    private static OAuthClient Client(string _, string name, ClientOrigin origin, string id) => new()
    {
        Id = id,
        Name = name,
        Origin = origin,
        VouchingHost = origin == ClientOrigin.Document ? "client.example" : null,
        RedirectUris = [Callback],
    };
}
