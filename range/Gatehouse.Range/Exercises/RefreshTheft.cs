using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;
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
        "Mallory copies the refresh token from a backup of Alice's laptop. Mallory uses it after Alice's client did, or before it, or asks with it for "
            + "another resource until the client used it. Mallory reads Alice's secret, and Alice notices nothing.",
        "Gatehouse replaces a refresh token at its use. A token that comes again after its successor or the grace ends the grant with every token of "
            + "it, and raises one alarm: which of both is the thief cannot be known. A request that is wrong gets the same answer before and after the "
            + "use.",
        "With grants in which a refresh token is never spent, Mallory reads the secret again.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Grants, static real => new UnspentCredentials(real, CredentialKind.RefreshToken));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var editor = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        return
        [
            await UseAfterAsync(context, editor).ConfigureAwait(false),
            await UseBeforeAsync(context, editor).ConfigureAwait(false),
            await FollowAsync(context, editor).ConfigureAwait(false),
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

    // The client has used what it got, so that the grace for a lost answer does not apply.
    private static async Task<Attempt> UseAfterAsync(AttackContext context, SignInProgram editor)
    {
        const string name = "used after the client";
        if (await SignInAsync(context, editor).ConfigureAwait(false) is not { Refresh: { } stolen }) return Missing(name);
        await UseTwiceAsync(editor, stolen).ConfigureAwait(false);
        return await ReadAsync(context, name, await editor.RefreshAsync(stolen).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task<Attempt> UseBeforeAsync(AttackContext context, SignInProgram editor)
    {
        const string name = "used before the client";
        if (await SignInAsync(context, editor).ConfigureAwait(false) is not { Refresh: { } stolen }) return Missing(name);
        var thief = await UseTwiceAsync(editor, stolen).ConfigureAwait(false);
        await editor.RefreshAsync(stolen).ConfigureAwait(false);
        return await ReadAsync(context, name, thief).ConfigureAwait(false);
    }

    // A request for another resource spends nothing. Its answer must not show whether the client used the token, nor be the client's tokens.
    private static async Task<Attempt> FollowAsync(AttackContext context, SignInProgram editor)
    {
        const string name = "asked for another resource until the client used it";
        const string another = "https://another.example/mcp";
        if (await SignInAsync(context, editor).ConfigureAwait(false) is not { Refresh: { } stolen }) return Missing(name);
        await editor.RefreshAsync(stolen, another).ConfigureAwait(false);
        var client = await editor.RefreshAsync(stolen).ConfigureAwait(false);
        var thief = await editor.RefreshAsync(stolen, another).ConfigureAwait(false);
        if (client?.Refresh is { } next) await editor.RefreshAsync(next).ConfigureAwait(false);
        return await ReadAsync(context, name, thief ?? await editor.RefreshAsync(stolen).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static async Task<SignInTokens?> UseTwiceAsync(SignInProgram editor, string token) =>
        await editor.RefreshAsync(token).ConfigureAwait(false) is { Refresh: { } next }
            ? await editor.RefreshAsync(next).ConfigureAwait(false) : null;

    private static async Task<Attempt> ReadAsync(AttackContext context, string name, SignInTokens? thief) => thief is null
        ? new Attempt(name, false, "the token is refused")
        : await TokenExercise.ReadSecretAsync(context, name, thief.Access).ConfigureAwait(false);

    private static Attempt Missing(string name) => new(name, false, "no refresh token");

    private static async Task<SignInTokens?> SignInAsync(AttackContext context, SignInProgram editor)
    {
        var page = await editor.SignInAsync(context.SignInPlaces!.BrowserOf(AttackContext.Victim)).ConfigureAwait(false);
        return await editor.RedeemAsync(page.Query("code")).ConfigureAwait(false);
    }
}
