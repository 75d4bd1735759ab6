using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Range.Doubles;

namespace Gatehouse.Range.Exercises;

/// <summary>Whoever reaches the server may use it.</summary>
public sealed class AnonymousAccess : EverythingExercise
{
    /// <inheritdoc />
    public override string Id => "anonymous-access";

    /// <inheritdoc />
    public override string Title => "Use without a token";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07", "MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-01", "ID-04", "A04", "A12"];

    /// <inheritdoc />
    public override string Protection => "stage authenticate";

    /// <inheritdoc />
    public override Story Story { get; } = new(
        "The reference server of the protocol's authors speaks Streamable HTTP and asks nobody who they are.",
        "A stranger connects without a token and calls get-env. The server's environment comes back, keys and all.",
        "Behind Gatehouse the first thing that is asked is a token for this very server. Without one there is a challenge and nothing else; not a "
            + "byte of the body is read.",
        "With a stage that takes a request without token for its default user, the environment comes back again.");

    internal override PartReplacements Replace(Bed bed) => PartReplacements.None
        .Put(PartNames.Authenticate,
        new NaiveAuthenticate(bed.Issuer, token => token is null ? Scene.Victim : NaiveTokens.SubjectWithoutAudience(token, bed.Issuer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(Scene scene)
    {
        var stranger = scene.With(null);
        var begun = await stranger.InitializeAsync().ConfigureAwait(false);
        var reply = await stranger.CallAsync("get-env").ConfigureAwait(false);
        var read = reply.Holds(scene.Canary.Secret);
        return [new Attempt("call without a token", read, read
            ? "the environment came back, with the secret" : $"no secret: {begun.Summary()}, then {reply.Summary()}")];
    }
}
