using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>A person who can read the logs and files of the authorization server becomes the people who signed in there.</summary>
public sealed class TokenInLog : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "token-in-log";

    /// <inheritdoc />
    public override string Title => "Tokens in logs and files of the authorization server";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["SK-01", "OB-01"];

    /// <inheritdoc />
    public override string Protection => "authorization server, no record holds a code or token";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker writes requests and answers to a log, so that faults can be found.",
        "Alice signs in. Mallory, who can read the log and the files, searches them for her code and tokens: plain, in UTF-16, hexadecimal, base64 and "
            + "percent-encoded. Mallory uses what is found and reads Alice's secret.",
        "Gatehouse records grants by identifiers. Of a code or token it stores the SHA-256, and a successor of a refresh token only sealed under that "
            + "token.",
        "With endpoints that write requests and answers to the log, Mallory finds code and tokens again.");

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Around(
        PartNames.SignInEndpoints, real => (context, peer) => fixture.Log.RecordAsync(context, () => real(context, peer)));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var (editor, browser) = (await SignInProgram.FindAsync(context).ConfigureAwait(false), context.SignInPlaces!.BrowserOf(AttackContext.Victim));
        var page = await editor.SignInAsync(browser).ConfigureAwait(false);
        var first = await editor.RedeemAsync(page.Query("code")).ConfigureAwait(false);
        var tokens = await editor.RefreshAsync(first!.Refresh!).ConfigureAwait(false);
        await TokenExercise.ReadSecretAsync(context, "own", tokens!.Access).ConfigureAwait(false);
        var written = context.Written();
        return
        [
            Found("the code", written.Holds(page.Query("code")!)),
            written.Holds(tokens.Access)
                ? await TokenExercise.ReadSecretAsync(context, "the access token", tokens.Access).ConfigureAwait(false)
                : Found("the access token", false),
            written.Holds(tokens.Refresh!) && await editor.RefreshAsync(tokens.Refresh!).ConfigureAwait(false) is { } stolen
                ? await TokenExercise.ReadSecretAsync(context, "the refresh token", stolen.Access).ConfigureAwait(false)
                : Found("the refresh token", false),
        ];
    }

    /// <summary>In addition to the usual use, an operator finds which client got a grant.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context) =>
        await base.UseHonestlyAsync(context).ConfigureAwait(false) && context.Written().Holds(SignInProgram.Editor);

    private static Attempt Found(string name, bool isFound) => new(name, isFound, isFound ? "it is in the log" : "it is nowhere in logs and files");
}
