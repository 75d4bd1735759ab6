using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>A code is redeemed in another session of a client than the one that it was issued for.</summary>
public sealed class CodeInjection : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "code-injection";

    /// <inheritdoc />
    public override string Title => "Authorization code in another session";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "A26", "C20"];

    /// <inheritdoc />
    public override string Protection => "authorization server, PKCE with S256 for every code";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker redeems every code that it issued, for whoever names the client id. The client is public, so its id is known.",
        "Mallory reads Alice's code in the log of a proxy and redeems it in a copy of the client. In the other direction, Mallory signs in with a copy "
            + "of the client and hands the code to Alice's client, which then works in Mallory's account.",
        "Gatehouse demands a challenge (S256) of every authorization and redeems a code only with its verifier. A wrong verifier spends the code, "
            + "ends the grant and raises an alarm.",
        "With endpoints to which every verifier is right, both work again.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.SignInEndpoints, static real => new BlindToPkce(real).HandleAsync);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await InjectAsync(context, "the victim's code in a copy of the client", AttackContext.Victim).ConfigureAwait(false),
        await InjectAsync(context, "the attacker's code in the victim's client", AttackContext.Attacker).ConfigureAwait(false),
    ];

    private static async Task<Attempt> InjectAsync(AttackContext context, string name, string person)
    {
        var first = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        var second = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        var page = await first.SignInAsync(context.SignInPlaces!.BrowserOf(person)).ConfigureAwait(false);
        return await TakeAsync(context, name, second, page).ConfigureAwait(false);
    }
}
