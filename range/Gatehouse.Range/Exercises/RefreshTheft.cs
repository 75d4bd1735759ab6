using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Range.Exercises;

/// <summary>A refresh token is used by the client that owns it and by a thief.</summary>
public sealed class RefreshTheft : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "refresh-theft";

    /// <inheritdoc />
    public override string Title => "Stolen refresh token";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-01", "C17"];

    /// <inheritdoc />
    public override string Protection => "authorization server, a refresh token is spent by one act of the store";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker gives a refresh token that stays valid until it is withdrawn.",
        "Mallory copies the refresh token from a backup of Alice's laptop. Mallory uses it after Alice's client did, or before it. Mallory reads Alice's "
            + "secret, and Alice notices nothing.",
        "Gatehouse replaces a refresh token at its use. A token that comes again after the grace ends the grant with every token of it, and raises one "
            + "alarm: which of both is the thief cannot be known.",
        "With grants in which a refresh token is never spent, Mallory reads the secret again.");

    // The grace is for clients that lost an answer; the exercise does not wait until it is over.
    internal override AuthorizationServerSettings Section(AuthorizationServerSettings section) => section with { RefreshGrace = TimeSpan.Zero };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Grants, static real => new UnspentCredentials(real, CredentialKind.RefreshToken));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var editor = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        return
        [
            await UseAsync(context, editor, "used after the client", isThiefFirst: false).ConfigureAwait(false),
            await UseAsync(context, editor, "used before the client", isThiefFirst: true).ConfigureAwait(false),
        ];
    }

    /// <summary>In addition to the usual use, the client refreshes twice.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var editor = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        var tokens = await SignInAsync(context, editor).ConfigureAwait(false);
        for (var time = 0; time < 2 && tokens is not null; time++) tokens = await editor.RefreshAsync(tokens.Refresh!).ConfigureAwait(false);
        return tokens is not null && (await TokenExercise.ReadSecretAsync(context, "own", tokens.Access).ConfigureAwait(false)).Succeeded
            && await base.UseHonestlyAsync(context).ConfigureAwait(false);
    }

    private static async Task<Attempt> UseAsync(AttackContext context, SignInProgram editor, string name, bool isThiefFirst)
    {
        if (await SignInAsync(context, editor).ConfigureAwait(false) is not { Refresh: { } stolen }) return new Attempt(name, false, "no refresh token");
        var first = await editor.RefreshAsync(stolen).ConfigureAwait(false);
        var second = await editor.RefreshAsync(stolen).ConfigureAwait(false);
        var thief = isThiefFirst ? first : second;
        return thief is null
            ? new Attempt(name, false, "the token is refused")
            : await TokenExercise.ReadSecretAsync(context, name, thief.Access).ConfigureAwait(false);
    }

    private static async Task<SignInTokens?> SignInAsync(AttackContext context, SignInProgram editor)
    {
        var page = await editor.SignInAsync(context.SignInPlaces!.BrowserOf(AttackContext.Victim)).ConfigureAwait(false);
        return await editor.RedeemAsync(page.Query("code")).ConfigureAwait(false);
    }
}
