using System.Buffers.Text;
using System.Text.Json;
using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.SignIn;

namespace Gatehouse.Range.Exercises;

/// <summary>A provider in an attacker's hands gets the code of an honest one.</summary>
public sealed class ProviderMixUp : SignInExercise
{
    /// <inheritdoc />
    public override string Id => "provider-mix-up";

    /// <inheritdoc />
    public override string Title => "Code of one provider sent to another (mix-up)";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-03", "B09", "B10"];

    /// <inheritdoc />
    public override string Protection => "authorization server, the issuer of the provider's answer is compared before its code is used";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A broker offers sign-in at the company and at a partner. It sends the code of an answer to the provider at which the sign-in began.",
        "The partner's provider is in Mallory's hands. Alice chooses it, and it sends her browser on to the company's provider, with the client id, "
            + "state and challenge. That provider returns browsers to every address of the broker. She is signed in there, so a code comes back "
            + "immediately. The broker sends code and verifier to Mallory, who gets "
            + "Alice's ID token from the company.",
        "Gatehouse records the issuer before the redirect and compares it with the iss of the answer (RFC 9207). An answer of another issuer is refused "
            + "before its code is used, with an alarm.",
        "With providers whose answers are taken without a look at iss, Mallory gets code and verifier again.");

    internal override async Task<SignInPlaces> StartProvidersAsync(RangeFixture fixture)
    {
        var corp = await RangeProvider.StartAsync(fixture).ConfigureAwait(false);
        return new SignInPlaces(corp, await RangeProvider.StartAsync(fixture, RangeProvider.OfAttacker(corp)).ConfigureAwait(false));
    }

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Around(
        PartNames.SignInProviders, static real => () => [.. real().Select(provider => new BlindToIssuer(provider))]);

    internal override Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) => MixUpAsync(context);

    /// <summary>Alice signs in with the partner, which sends her browser on to the company.</summary>
    internal static async Task<IReadOnlyList<Attempt>> MixUpAsync(AttackContext context)
    {
        var places = context.SignInPlaces!;
        var browser = places.BrowserOf(AttackContext.Victim);
        var editor = await SignInProgram.FindAsync(context).ConfigureAwait(false);
        await UsesAsync(context, browser, editor).ConfigureAwait(false);
        // The naive broker does not ask a second time, so the person comes with another browser that the company's provider knows.
        var other = places.BrowserOf(AttackContext.Victim);
        var page = await other.OpenAsync(editor.Begin()).ConfigureAwait(false);
        await other.AgreeAsync(await other.PressAsync(page, "partner").ConfigureAwait(false)).ConfigureAwait(false);
        return [await RedeemAsync(places).ConfigureAwait(false)];
    }

    private static async Task<Attempt> RedeemAsync(SignInPlaces places)
    {
        const string name = "the code of the company at the partner";
        if (!places.Partner!.Received.TryDequeue(out var form)) return new Attempt(name, false, "the partner's provider got no code");
        if (!places.Corp.NamesItself)
            form = new Dictionary<string, string>(form) { ["redirect_uri"] = RangeProvider.CompanyAddress(form["redirect_uri"]) };
        using var request = new HttpRequestMessage(HttpMethod.Post, places.Corp.Name + "/token") { Content = new FormUrlEncodedContent(form) };
        using var answer = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return new Attempt(name, false, "the code gives no ID token");
        var tokens = JsonDocument.Parse(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)).RootElement;
        var claims = Base64Url.DecodeFromChars(tokens.GetProperty("id_token").GetString()!.Split('.')[1]);
        var isVictims = JsonDocument.Parse(claims).RootElement.GetProperty("sub").GetString() == AttackContext.Victim;
        return new Attempt(name, isVictims, isVictims ? "the attacker has the victim's ID token" : "the ID token is of another person");
    }
}
