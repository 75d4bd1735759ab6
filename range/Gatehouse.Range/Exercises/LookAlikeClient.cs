using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A client has the host and nearly the name of one that people know.</summary>
public sealed class LookAlikeClient : SignInExercise
{
    private const string Known = "Acme Notes";

    /// <inheritdoc />
    public override string Id => "look-alike-client";

    /// <inheritdoc />
    public override string Title => "Client that looks like a known one of the same host";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-02", "C03", "C16"];

    /// <inheritdoc />
    public override string Protection => "authorization server, warnings on the consent page";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker shows the name that a client gave itself.",
        "The known client Acme Notes is at a host where everyone can publish programs. Mallory registers a client at the same host with a name that "
            + "looks the same: a Cyrillic letter, a digit for a letter, two letters for one. Alice reads the page, sees the name that she knows, and "
            + "agrees.",
        "Gatehouse compares the shape of each name with those of known clients and servers. A page about a look-alike names the known one beside it, so "
            + "that Alice sees two names and does not agree.",
        "With pages without warnings, Alice agrees again.");

    internal override AuthorizationServerSettings Section(AuthorizationServerSettings section) => section with
    {
        Clients =
        [
            .. section.Clients,
            new OAuthClientSettings { Id = "acme-notes", Name = Known, RedirectUris = [$"https://{SignInProgram.SharedHost}/acme/back"] },
        ],
    };

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.SignInEndpoints, static real => new PagesWithoutWarnings(real).HandleAsync);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await SignInAsync(context, "a Cyrillic letter", "Acme Not\u0435s").ConfigureAwait(false),
        await SignInAsync(context, "a digit", "Acme N0tes").ConfigureAwait(false),
        await SignInAsync(context, "two letters for one", "Acrne Notes").ConfigureAwait(false),
        await SignInAsync(context, "another space", "AcmeNotes").ConfigureAwait(false),
    ];

    /// <summary>In addition to the usual use, a person who reads so agrees to a client with a name of its own.</summary>
    internal override async Task<bool> UseHonestlyAsync(AttackContext context)
    {
        var own = await SignInAsync(context, "own", "Field Journal").ConfigureAwait(false);
        return own.Succeeded && await base.UseHonestlyAsync(context).ConfigureAwait(false);
    }

    private static async Task<Attempt> SignInAsync(AttackContext context, string name, string clientName)
    {
        var attacker = await SignInProgram.RegisterAsync(context, clientName, AttackContext.Attacker).ConfigureAwait(false);
        var browser = context.SignInPlaces!.BrowserOf(AttackContext.Victim);
        return await TakeAsync(context, name, attacker, await attacker.SignInAsync(browser, IsOfOneName).ConfigureAwait(false)).ConfigureAwait(false);
    }

    // A person cannot tell the names apart, but two of them on one page are one too many.
    private static bool IsOfOneName(BrowserPage page) => !page.Text.Contains(Known, StringComparison.Ordinal);
}
