using Gatehouse.Connections;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Exercises;

/// <summary>A person opens the link of another, and connects an own account for the calls of the other.</summary>
public sealed class LinkOfAnother : ConnectionExercise
{
    /// <inheritdoc />
    public override string Id => "link-of-another";

    /// <inheritdoc />
    public override string Title => "Connection by the link of another person";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-05"];

    /// <inheritdoc />
    public override string Protection => "authorization server, the person who opens a link is the one who made the call";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A server acts at a third-party service with the account of the person who calls. A caller without a connection gets a link to a page that "
            + "connects the account of the browser that opens it.",
        "Mallory calls the server and sends the link to Alice. She is signed in at the service and agrees to a page that she expects. From then on the "
            + "calls of Mallory act with Alice's account.",
        "Gatehouse asks the browser that opens the link for a sign-in, and continues only for issuer and subject of the call. Alice reads that the link "
            + "is for another person, and the log has an entry.",
        "With a comparison to which every person is the one of the link, Mallory reads Alice's records again.");

    internal override void ReplaceServices(IServiceCollection services) => services.Around<LinkJudge>(static real => new AnyPerson(real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string name = "the victim opens the attacker's link";
        var mallory = await TokenOfAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        if (LinkIn(await ReadAsync(context, mallory).ConfigureAwait(false)) is not { } link)
            return [new Attempt(name, false, "the attacker gets no link")];
        var end = await AgreeAsync(BrowserOf(context, AttackContext.Victim), link).ConfigureAwait(false);
        var reply = await ReadAsync(context, mallory).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return
        [
            new Attempt(name, read, read ? "the attacker reads the victim's records" : $"the page ends with HTTP {end.Status}, and {reply.Summary()}"),
        ];
    }
}
