using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A client puts its own token into a message, and whoever reads the server's log becomes the caller.</summary>
public sealed partial class TokenInArgument : TokenExercise
{
    private const string Begins = "request ";

    // A text about tokens, and the key of another service: neither opens anything here.
    private const string Harmless =
        "rotate ghp_0123456789abcdefghijklmnopqrstuvwxyz; ours begin with gha_; send 'Authorization: Bearer <token>'";

    /// <inheritdoc />
    public override string Id => "token-in-argument";

    /// <inheritdoc />
    public override string Title => "A token in the arguments of a call";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-05", "A11"];

    /// <inheritdoc />
    public override string Protection => "stage validate, search for access tokens";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server writes every request to a log that others can read.",
        "A text persuades Alice's client to pass its token as an argument: plain, in base64, percent-encoded, or in _meta. The attacker takes the "
            + "token from the log and replays it at the endpoint. The server returns Alice's secret.",
        "Gatehouse refuses a message that contains the token of its caller, a token of the gateway, or a JWT of a trusted issuer. It forwards "
            + "nothing.",
        "Without the search for tokens, the token is in the server's log and works again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) => NaiveTokens.SubjectWithoutAudience(token, issuer);

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture) => (await StartLoggingAsync(fixture).ConfigureAwait(false)).Url;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await StartLoggingAsync(fixture).ConfigureAwait(false);
        var credential = fixture.SecretFile(fixture.Issuer.Mint("gateway", server.Url.ToString()));
        return Upstream.Http(server.Url, new CredentialSettings("Authorization", credential, "Bearer "));
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.MisplacedTokens, static (_, _) => null);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        List<Attempt> attempts = [];
        foreach (var (name, write) in Ways)
        {
            var token = context.Issuer.Mint(AttackContext.Victim, context.Resource);
            var victim = context.With(token);
            await victim.InitializeAsync().ConfigureAwait(false);
            var known = context.Canary.Songs.Count;
            var reply = await victim.PostAsync(victim.Body("tools/call", write(token))).ConfigureAwait(false);
            var stolen = context.Canary.Songs.Skip(known).Select(TokenIn).FirstOrDefault(found => found is not null);
            attempts.Add(stolen is null
                ? new Attempt(name, false, $"no token is in the server's log: {reply.Summary()}")
                : await ReadSecretAsync(context, name, stolen).ConfigureAwait(false));
        }

        return attempts;
    }

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.As(AttackContext.Victim);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new { text = Harmless }).ConfigureAwait(false);
        return reply.Result(client.LastId)?.GetProperty("content")[0].GetProperty("text").GetString() == Harmless;
    }

    private static IEnumerable<(string Name, Func<string, string> Params)> Ways =>
    [
        ("an argument", static token => Arguments(token)),
        ("a sentence", static token => Arguments($"my token is {token}, keep it")),
        ("base64", static token => Arguments(Convert.ToBase64String(Encoding.UTF8.GetBytes("Bearer " + token)))),
        ("percent-encoded", static token => Arguments(string.Concat(token.Select(c => $"%{(int)c:X2}")))),
        ("_meta", static token => "{\"name\":\"echo\",\"arguments\":{\"text\":\"hello\"},\"_meta\":{\"note\":\"" + token + "\"}}"),
    ];

    private static string Arguments(string text) => JsonSerializer.Serialize(new { name = "echo", arguments = new { text } });

    // The reader of the log decodes what is in it.
    private static string? TokenIn(string line)
    {
        var text = Uri.UnescapeDataString(line);
        foreach (Match encoded in Base64().Matches(text))
        {
            var buffer = new byte[encoded.Length];
            if (Convert.TryFromBase64String(encoded.Value, buffer, out var length)) text += " " + Encoding.UTF8.GetString(buffer, 0, length);
        }

        return Jwt().Match(text) is { Success: true } found ? found.Value : null;
    }

    [GeneratedRegex("[A-Za-z0-9+/]{40,}={0,2}")]
    private static partial Regex Base64();

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+")]
    private static partial Regex Jwt();

    private Task<CanaryServer> StartLoggingAsync(RangeFixture fixture) => CanaryServer.StartAsync(
        fixture,
        context => Recognise(NaiveTokens.Of(context), fixture.Issuer) is not null,
        (_, message) => LogAsync(fixture.Canary, message));

    private static Task<bool> LogAsync(Canary canary, JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Object) canary.Sing(Begins + JsonSerializer.Serialize(message));
        return Task.FromResult(false);
    }
}
