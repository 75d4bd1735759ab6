using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>
/// The published attack of the MCP security best practices: all clients of a proxy are one client at the provider, so the provider's cookie of an
/// earlier consent lets an attacker's client pass.
/// </summary>
public sealed class ConsentCookie : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "consent-cookie";

    /// <inheritdoc />
    public override string Title => "Confused deputy by a consent cookie";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "C01", "C02", "C08", "C11"];

    /// <inheritdoc />
    public override string Protection => "authorization server, a question to the person for every client and at every authorization";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker is one client at the identity provider, for all the clients behind it. Alice has used it. The provider does not ask her again, because "
            + "of a cookie, and the broker remembers that this browser consented.",
        "Mallory registers a client with Mallory's address, and sends Alice a link that begins an authorization for it. Alice opens the link "
            + "and presses no button. The code arrives at Mallory, who reads Alice's secret.",
        "Gatehouse asks before the provider and again after it, at every authorization. A consent that was stored is shown, and never takes the place "
            + "of the question.",
        "With endpoints that answer their own questions where the browser consented before, the code arrives at Mallory again.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.SignInEndpoints, static real => new OneConsentForAll(real).HandleAsync);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var browser = context.SignInPlaces!.BrowserOf(AttackContext.Victim);
        await UsesAsync(context, browser, await SignInProgram.FindAsync(context).ConfigureAwait(false)).ConfigureAwait(false);
        return
        [
            await OpenLinkAsync(context, browser, "another name", "Free stickers").ConfigureAwait(false),
            await OpenLinkAsync(context, browser, "the name of the client that has consent", SignInProgram.EditorName).ConfigureAwait(false),
        ];
    }

    private static async Task<Attempt> OpenLinkAsync(AttackContext context, RangeBrowser browser, string name, string clientName)
    {
        var attacker = await SignInProgram.RegisterAsync(context, clientName, AttackContext.Attacker).ConfigureAwait(false);
        return await TakeAsync(context, name, attacker, await browser.OpenAsync(attacker.Begin()).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
