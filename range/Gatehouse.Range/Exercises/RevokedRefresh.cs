using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A grant that the security team revoked is refreshed.</summary>
public sealed class RevokedRefresh : SignInExercise
{
    // Moments of tokens, grants and the list are whole seconds.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public override string Id => "revoked-refresh";

    /// <inheritdoc />
    public override string Title => "New tokens from a revoked grant";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-07", "OB-01"];

    /// <inheritdoc />
    public override string Protection => "authorization server, grants are judged by the list of revocations";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker refreshes what it granted. The security team keeps a list of revocations, which the servers read and the broker does not.",
        "Alice's laptop is stolen. The security team revokes everything of Alice until now. Mallory refreshes the grant of the laptop. The new token was "
            + "issued after the revocation, and every server takes it.",
        "Gatehouse judges a grant by the same list as a token, and by the moment at which the person signed in. The refresh is refused. Alice signs "
            + "in again, and works.",
        "If the authorization server does not read the list, Mallory reads the secret.");

    internal override bool MovesClock => true;

    internal override GatewaySettings ConfigureSignIn(RangeFixture fixture, GatewaySettings settings) =>
        settings with { Revocations = RevocationsFile.Make(fixture) };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.GrantRevocations, new NothingRevoked());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string name = "refreshed after the revocation";
        var editor = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        if (await SignInAsync(context, editor).ConfigureAwait(false) is not { Refresh: { } stolen }) return [new Attempt(name, false, "no refresh token")];
        context.Pass(Moment);
        await RevokeAsync(context).ConfigureAwait(false);
        context.Pass(Moment);
        return
        [
            await editor.RefreshAsync(stolen).ConfigureAwait(false) is { } tokens
                ? await TokenExercise.ReadSecretAsync(context, name, tokens.Access).ConfigureAwait(false)
                : new Attempt(name, false, "the refresh is refused"),
        ];
    }

    /// <summary>Alice is revoked, signs in again, and refreshes.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        await RevokeAsync(context).ConfigureAwait(false);
        context.Pass(Moment);
        var editor = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        return await SignInAsync(context, editor).ConfigureAwait(false) is { Refresh: { } own }
            && await editor.RefreshAsync(own).ConfigureAwait(false) is { } tokens
            && (await TokenExercise.ReadSecretAsync(context, "own", tokens.Access).ConfigureAwait(false)).Succeeded;
    }

    private static Task RevokeAsync(AttackContext context) =>
        context.RevokeAsync(new RangeRevocation(context.Endpoint.GetLeftPart(UriPartial.Authority), "corp:" + AttackContext.Victim, IsForGood: false));

    private static async Task<SignInTokens?> SignInAsync(AttackContext context, SignInProgram editor)
    {
        var page = await editor.SignInAsync(context.SignInPlaces!.BrowserOf(AttackContext.Victim)).ConfigureAwait(false);
        return await editor.RedeemAsync(page.Query("code")).ConfigureAwait(false);
    }
}
