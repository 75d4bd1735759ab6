using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A narrow scope is taken for a broad one whose name it begins with.</summary>
public sealed class ScopeCreep : TokenExercise
{
    private const string Needed = "mcp:secret";

    /// <inheritdoc />
    public override string Id => "scope-creep";

    /// <inheritdoc />
    public override string Title => "Scope that only resembles the required one";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP02", "MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-03", "A14", "A17"];

    /// <inheritdoc />
    public override string Protection => "stages authenticate and authorize, scopes read one by one and compared whole";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server searches the text of the scopes for the scope that it requires.",
        "The attacker requests a harmless scope that the user grants without concern. Its name contains the name of the dangerous scope.",
        "Gatehouse separates the scopes and compares each as a whole. A scope includes another only if the configuration says so, and only in that "
            + "direction.",
        "With a stage that searches the text, the harmless scope opens the server again.");

    internal override string? Recognise(string? token, RangeIssuer issuer) =>
        token is not null && NaiveTokens.SubjectWithoutAudience(token, issuer) is { } person && NaiveTokens.MentionsScope(token, Needed) ? person
            : null;

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = await CanaryServer.StartAsync(fixture,
            context => Recognise(NaiveTokens.Of(context), fixture.Issuer) is not null).ConfigureAwait(false);
        var credential = fixture.SecretFile(fixture.Issuer.Mint("gateway", server.Url.ToString(), claims => claims["scope"] = Needed));
        return Upstream.Http(server.Url, new CredentialSettings("Authorization", credential, "Bearer ")) with { Scopes = [Needed] };
    }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None
        .Put(PartNames.Authenticate, new NaiveAuthenticate(
            fixture.Issuer, token => Recognise(token, fixture.Issuer),
            (token, claims) => claims["scope"] = NaiveTokens.MentionsScope(token, Needed) ? Needed : ""));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await ReadSecretAsync(context, "scope with a longer name",
            Token(context, AttackContext.Attacker, Needed + "-names:list")).ConfigureAwait(false),
        await ReadSecretAsync(context, "scope with a name before it", Token(context, AttackContext.Attacker, "no-" + Needed)).ConfigureAwait(false),
    ];

    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var client = context.With(Token(context, AttackContext.Victim, "other " + Needed));
        await client.InitializeAsync().ConfigureAwait(false);
        return (await client.CallAsync("echo", new { text = "fine" }).ConfigureAwait(false)).Holds("fine");
    }

    private static string Token(AttackContext context, string person, string scope) =>
        context.Issuer.Mint(person, context.Resource, claims => claims["scope"] = scope);
}
