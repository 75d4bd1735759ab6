using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>A link names an honest client, and another address to which the code goes.</summary>
public sealed class RedirectTampering : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "redirect-tampering";

    /// <inheritdoc />
    public override string Title => "Redirect to another address of a known client";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "C07", "C12"];

    /// <inheritdoc />
    public override string Protection => "authorization server, redirect addresses are compared exactly";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker answers a client at every address that begins like the one that is registered.",
        "Mallory sends Alice a link that names a client which she trusts, and an address that begins alike: a longer host name, a page of the client's "
            + "host that redirects further, another path. She agrees, and the code goes there.",
        "Gatehouse answers only at an address that is registered, character by character. Only the port of a loopback address is free, because programs "
            + "get it when they start.",
        "With clients that are answered at every address that begins alike, the code goes to Mallory again.");

    internal override PartReplacements Replace(RangeFixture fixture)
    {
        var naive = new RedirectsByPrefix();
        return PartReplacements.None.Around(PartNames.SignInEndpoints, naive.Around).Around(PartNames.SignInClients, naive.Around);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await LureAsync(context, "a longer host name", "https://editor.example.mallory.example/back").ConfigureAwait(false),
        await LureAsync(context, "a page that redirects", "https://editor.example/open?to=mallory.example").ConfigureAwait(false),
        await LureAsync(context, "a path below", SignInProgram.EditorRedirect + "/shared").ConfigureAwait(false),
        await LureAsync(context, "another case", "https://editor.example/Back").ConfigureAwait(false),
        await LureAsync(context, "another query", SignInProgram.EditorRedirect + "?page=comments").ConfigureAwait(false),
        await LureAsync(context, "another port", "https://editor.example:8443/back").ConfigureAwait(false),
    ];

    /// <summary>In addition to the usual use, a program that waits on a port of its own on loopback.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var browser = context.SignInPlaces!.BrowserOf(AttackContext.Victim);
        var registered = await SignInProgram.RegisterAsync(context, "Notes", AttackContext.Victim, "http://127.0.0.1/back").ConfigureAwait(false);
        var started = await SignInProgram.FindAsync(context, registered.Id, $"http://127.0.0.1:{Loopback.FreePort()}/back").ConfigureAwait(false);
        return await UsesAsync(context, browser, started).ConfigureAwait(false) && await base.UseHonestlyAsync(context).ConfigureAwait(false);
    }

    private static async Task<Attempt> LureAsync(AttackContext context, string name, string redirectUri)
    {
        var attacker = await SignInProgram.FindAsync(context, SignInProgram.Editor, redirectUri).ConfigureAwait(false);
        var end = await attacker.SignInAsync(context.SignInPlaces!.BrowserOf(AttackContext.Victim)).ConfigureAwait(false);
        return await TakeAsync(context, name, attacker, end).ConfigureAwait(false);
    }
}
