using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>One person's browser finishes the sign-in that another person's browser began.</summary>
public sealed class LoginCsrf : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "login-csrf";

    /// <inheritdoc />
    public override string Title => "Sign-in that another browser finishes (login CSRF)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "C06", "C09", "B18"];

    /// <inheritdoc />
    public override string Protection => "authorization server, the provider's answer is bound to the browser that consented";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker knows the states that it sent out. It does not know which browser each belongs to.",
        "Mallory consents to Mallory's own client and sends Alice the address of the provider. Alice is signed in there and agrees to the page that "
            + "follows. The code for her account arrives at Mallory. In the other direction, Mallory signs in and sends Alice the provider's answer, and "
            + "Alice's browser is in Mallory's account.",
        "Gatehouse sets a __Host- cookie with the consent and takes the provider's answer only from the browser that has it.",
        "With endpoints to which every browser is the one that consented, both work again.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.SignInEndpoints, static real => new AnyBrowser(real).HandleAsync);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await VictimFinishesAsync(context).ConfigureAwait(false),
        await VictimGetsAnswerAsync(context).ConfigureAwait(false),
    ];

    private static async Task<Attempt> VictimFinishesAsync(AttackContext context)
    {
        var (places, corp) = (context.SignInPlaces!, new Uri(context.SignInPlaces!.Corp.Name));
        var own = places.BrowserOf(AttackContext.Attacker);
        var attacker = await SignInProgram.RegisterAsync(context, "Notes", AttackContext.Attacker).ConfigureAwait(false);
        var page = await own.OpenAsync(attacker.Begin()).ConfigureAwait(false);
        var link = await own.PressAsync(page, page.Buttons[0], address => address.Port == corp.Port).ConfigureAwait(false);
        var victim = places.BrowserOf(AttackContext.Victim);
        var end = await victim.AgreeAsync(await victim.OpenAsync(link.Address).ConfigureAwait(false)).ConfigureAwait(false);
        return await TakeAsync(context, "the victim finishes what the attacker began", attacker, end).ConfigureAwait(false);
    }

    private static async Task<Attempt> VictimGetsAnswerAsync(AttackContext context)
    {
        const string name = "the victim opens the answer to the attacker";
        var places = context.SignInPlaces!;
        var own = places.BrowserOf(AttackContext.Attacker);
        var page = (await SignInProgram.FindAsync(context).ConfigureAwait(false)).Account;
        var question = await own.OpenAsync(page).ConfigureAwait(false);
        var answer = await own.PressAsync(question, question.Buttons[0],
            address => address.AbsolutePath.StartsWith("/oauth/callback", StringComparison.Ordinal)).ConfigureAwait(false);
        var victim = places.BrowserOf(AttackContext.Victim);
        var seen = await victim.OpenAsync(answer.Address).ConfigureAwait(false);
        var isAttackers = seen.Status == 200 && seen.Text.Contains(AttackContext.Attacker, StringComparison.Ordinal);
        return new Attempt(name, isAttackers, isAttackers ? "the victim's browser is in the attacker's account" : $"HTTP {seen.Status}, no account");
    }
}
