using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>A client id is the address of a service inside, which the authorization server fetches for a stranger.</summary>
public sealed class ClientDocumentSsrf : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "client-document-ssrf";

    /// <inheritdoc />
    public override string Title => "Client id that leads to a service inside (SSRF)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "C13", "C15"];

    /// <inheritdoc />
    public override string Protection => "authorization server, documents of clients are fetched from public addresses only";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker fetches the metadata document of a client from the address that the client id is. Anyone can name one.",
        "Mallory, who has no account, names a host of Mallory's as client id. Its name leads to the broker's own machine, where a service without "
            + "authentication listens. The broker connects to it, and the time and the text of its answer tell Mallory about the service.",
        "Gatehouse connects only to the address that it judged, and only to public ones. It follows no redirect, sends no credential and reads a "
            + "bounded body.",
        "With a fetcher that connects to every address, the service inside is reached again.");

    // The fetch alone is the effect, so the naive broker makes it as the double does.
    internal override Func<Uri, Task> NaiveFetch => new AnyDestination().TryGetAsync;

    internal override async Task<SignInPlaces> StartProvidersAsync(RangeFixture fixture) =>
        await base.StartProvidersAsync(fixture).ConfigureAwait(false) with { Inside = Doorbell.Start(fixture) };

    internal override PartReplacements Surroundings(RangeFixture fixture) => PartReplacements.None.Put(PartNames.NameResolver, new AttackerNames());

    internal override PartReplacements Replace(RangeFixture fixture) => Surroundings(fixture).Put(PartNames.ClientDocuments, new AnyDestination());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        List<Attempt> attempts = [await ReachAsync(context, "a name that leads to loopback", AttackerNames.Loopback).ConfigureAwait(false)];
        if (!OperatingSystem.IsWindows())
            attempts.Add(await ReachAsync(context, "a name that leads to 0.0.0.0", AttackerNames.Unspecified).ConfigureAwait(false));
        return attempts;
    }

    private static async Task<Attempt> ReachAsync(AttackContext context, string name, string host)
    {
        var inside = context.SignInPlaces!.Inside!;
        var before = inside.Rings;
        var program = await SignInProgram.FindAsync(context, $"https://{host}:{inside.Port}/client.json").ConfigureAwait(false);
        var page = await new RangeBrowser().OpenAsync(program.Begin()).ConfigureAwait(false);
        var isReached = inside.Rings > before;
        return new Attempt(name, isReached, isReached ? "the service inside was reached" : $"HTTP {page.Status}, the service inside was not reached");
    }
}
