using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.AuthorizationServer.Callers;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Signing;
using Gatehouse.AuthorizationServer.Tests.Signing;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Partitions;
using Gatehouse.Identity.ProofOfPossession;
using Gatehouse.Identity.Revocations;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>The token endpoint and its neighbours, with a clock that stands still and a person who is signed in.</summary>
internal sealed class TokenBench : IDisposable
{
    public const string Issuer = "https://gateway.example";
    public const string Resource = "https://gateway.example/files";
    public const string AdministratorResource = "https://gateway.example/administration";
    public const string Redirect = "https://client.example/back";
    public const string Verifier = "a-verifier-with-enough-characters-for-the-standard";
    public const string Secret = "a secret: of the client %";

    private readonly byte[] nonceKey = RandomNumberGenerator.GetBytes(DPoPNonces.KeyBytes);
    private readonly TokenSigningKeys signingKeys;

    public TokenBench(IGrantStore? grants = null, ManualTimeProvider? clock = null)
    {
        Clock = clock ?? new ManualTimeProvider();
        Grants = new SwitchedGrants(grants ?? new TemporaryStore().Open(Clock).Grants);
        Revocations = new InMemoryRevocationList(Clock);
        SigningKeys = new MemorySigningKeys();
        signingKeys = new TokenSigningKeys(SigningKeys, Clock);
        Parts = MakeParts();
        var rates = new FailureRates(Parts);
        Endpoint = new TokenEndpoint(Parts, rates);
        Revocation = new RevocationResponder(Parts, rates);
        Introspection = new IntrospectionResponder(Parts, rates);
    }

    public static OAuthClient Public { get; } = Client("https://client.example/client.json");

    public static OAuthClient Other { get; } = Client("other");

    public static OAuthClient Confidential { get; } = Client("service") with { Secret = new SecretReference("env", "SECRET"), MayIntrospect = true };

    public ManualTimeProvider Clock { get; }

    public SwitchedGrants Grants { get; }

    public InMemoryRevocationList Revocations { get; }

    public MemorySigningKeys SigningKeys { get; }

    public RecordedJournal Journal { get; } = new();

    /// <summary>The grants whose streams and remembered tokens were ended.</summary>
    public ConcurrentQueue<string> Ended { get; } = [];

    /// <summary>The grants whose revocation is kept longer than an access token lives.</summary>
    public ConcurrentQueue<(string Grant, DateTimeOffset Until)> Kept { get; } = [];

    /// <summary>True when the list of revocations has no room.</summary>
    public bool IsRevocationFull { get; set; }

    public TokenParts Parts { get; }

    public TokenEndpoint Endpoint { get; }

    public RevocationResponder Revocation { get; }

    public IntrospectionResponder Introspection { get; }

    public HashSet<string> Resources { get; } = [Resource];

    public AuthorizationServerSettings Settings { get; set; } = new() { Providers = [Provider("corp")] };

    public SignedInPerson Person { get; set; } = new()
    {
        Provider = "corp",
        ProviderSubject = "alice",
        DisplayName = "Alice",
        Roles = ["reader"],
        Groups = ["staff"],
        AuthenticationContext = "mfa",
        AuthenticationMethods = ["pwd", "otp"],
        ProviderTokens = Encoding.ASCII.GetBytes("token of the provider"),
    };

    public void Dispose() => signingKeys.Dispose();

    /// <summary>Signs the person in, lets the person confirm, and returns the code.</summary>
    public async Task<string> CodeAsync(Func<AuthorizationRequest, AuthorizationRequest>? change = null)
    {
        var issue = await IssueAsync(await ConfirmationAsync(), change);
        Assert.Equal(CodeIssueOutcome.Issued, issue.Outcome);
        return issue.Code!.Reveal().ToString();
    }

    public async Task<CodeIssue> IssueAsync(byte[] confirmation, Func<AuthorizationRequest, AuthorizationRequest>? change = null)
    {
        var request = new AuthorizationRequest
        {
            ClientId = Public.Id,
            Standing = ClientStanding.Of(Public),
            RedirectUri = Redirect,
            Challenge = ChallengeOf(Verifier),
            Resource = Resource,
            Scopes = ["read", "write"],
        };
        return await new GrantIssuer(Parts).IssueCodeAsync(confirmation, change is null ? request : change(request), Person);
    }

    public async Task<byte[]> ConfirmationAsync()
    {
        var digest = RandomNumberGenerator.GetBytes(32);
        var now = Clock.GetUtcNow();
        await Grants.AddCredentialAsync(
            new CredentialRow(CredentialKind.Confirmation, digest, "", new byte[32], default, now, now.AddMinutes(10)), 100);
        return digest;
    }

    /// <summary>Signs the person in and redeems the code.</summary>
    public async Task<Received> SignInAsync(Func<AuthorizationRequest, AuthorizationRequest>? change = null)
    {
        var received = await RedeemAsync(await CodeAsync(change));
        Assert.Equal(200, received.Status);
        return received;
    }

    public Task<Received> RedeemAsync(string code, params (string Name, string? Value)[] changes) => SendAsync(
        [
            ("grant_type", "authorization_code"), ("code", code), ("code_verifier", Verifier), ("redirect_uri", Redirect),
            ("client_id", Public.Id), ("resource", Resource),
        ],
        changes);

    public Task<Received> RefreshAsync(string token, params (string Name, string? Value)[] changes) =>
        SendAsync([("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", Public.Id)], changes);

    /// <summary>Sends a request; the names <c>:authorization</c>, <c>:proof</c> and <c>:address</c> are not of the form.</summary>
    public Task<Received> SendAsync((string Name, string? Value)[] form, params (string Name, string? Value)[] changes) =>
        SendAsync(Endpoint.AnswerAsync, form, changes);

    public static async Task<Received> SendAsync(
        Func<OAuthRequest, CancellationToken, ValueTask<OAuthResponse>> endpoint, (string Name, string? Value)[] form,
        params (string Name, string? Value)[] changes)
    {
        var all = form.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in changes) all[name] = value;
        var fields = all.Where(pair => pair.Key[0] != ':' && pair.Value is not null)
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value!)}");
        Assert.Null(OAuthParameters.Read(Encoding.ASCII.GetBytes(string.Join('&', fields)), out var read));
        var request = new OAuthRequest(
            read!, all.GetValueOrDefault(":authorization"), all.GetValueOrDefault(":proof"), PeerOf(all.GetValueOrDefault(":address")));
        return Received.Of(await endpoint(request, TestContext.Current.CancellationToken));
    }

    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    public static string Basic(string client, string secret) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret)}"));

    public static Peer PeerOf(string? address) =>
        new(address is null ? CallerPartition.Unknown : CallerPartition.Of(IPAddress.Parse(address)), new byte[32]);

    public static SignInProviderSettings Provider(string name) => new() { Name = name, Issuer = $"https://{name}.example", ClientId = "gatehouse" };

    private static OAuthClient Client(string id) =>
        new() { Id = id, Name = "Client", Origin = ClientOrigin.Configured, RedirectUris = [Redirect] };

    private TokenParts MakeParts() => new()
    {
        Issuer = Issuer,
        Settings = () => Settings,
        IsResource = resource => Resources.Contains(resource),
        IsResourceFor = (client, resource) =>
            Resources.Contains(resource) && (resource != AdministratorResource || client.Origin == ClientOrigin.Configured),
        Clients = new KnownClients(Public, Other, Confidential),
        Secret = _ => new SecretText(Secret),
        Grants = Grants,
        Facts = new SealedFacts(new RingSealer(KeyRing.CreateInMemory(Clock))),
        Ending = new GrantEnding(Grants, RevokeSessionAsync, Journal, Clock),
        Revocations = Revocations,
        Proofs = new DPoPProofs(
            new StoredProofUses(Grants, Clock), new DPoPNonces(() => [nonceKey], Clock), new DPoPOptions { DemandNonce = false }, Clock),
        SigningKeys = signingKeys,
        Journal = Journal,
        Time = Clock,
    };

    private ValueTask<int> RevokeSessionAsync(string grantId, string cause, DateTimeOffset? keptUntil)
    {
        if (keptUntil is { } until) Kept.Enqueue((grantId, until));
        if (IsRevocationFull) throw new StoreException("The list of revocations is full.");
        var now = Clock.GetUtcNow();
        Ended.Enqueue(grantId);
        Revocations.Revoke(new Revocation(RevocationKind.Session, Issuer, grantId, now, now.AddDays(7)));
        return ValueTask.FromResult(1);
    }

    /// <summary>An answer as a client reads it.</summary>
    internal sealed record Received(int Status, string Body, string? Nonce)
    {
        public string? Error => this["error"];

        public string Access => this["access_token"]!;

        public string Refresh => this["refresh_token"]!;

        public string? this[string name] => Body.Length > 0 && JsonDocument.Parse(Body).RootElement.TryGetProperty(name, out var value)
            ? value.ToString() : null;

        public static Received Of(OAuthResponse answer) => new(answer.Status, Encoding.UTF8.GetString(answer.Body), answer.Nonce);
    }
}
