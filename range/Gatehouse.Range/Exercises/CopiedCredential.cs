using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Gateway;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Range.Servers;
using Gatehouse.Settings;
using Gatehouse.Storage;

namespace Gatehouse.Range.Exercises;

/// <summary>An encrypted credential is copied to the name of the attacker's server, and is sent there in clear.</summary>
public sealed class CopiedCredential : Exercise
{
    private const string Header = "X-Credential";
    private const string Bank = "bank";
    private const string Own = "mallory";

    /// <inheritdoc />
    public override string Id => "copied-credential";

    /// <inheritdoc />
    public override string Title => "Encrypted credential copied to another server";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["SK-02"];

    /// <inheritdoc />
    public override string Protection => "stage forward, credentials of the store open only under their own name";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A proxy keeps the credentials of its servers in a database. They are encrypted, and the key is elsewhere. Mallory runs one of the servers, "
            + "and can write the database, but cannot read the key.",
        "Mallory copies the encrypted credential of the bank into the row of Mallory's own server. The proxy decrypts it and sends it to Mallory.",
        "Gatehouse binds each encrypted secret to its purpose, owner and name. The copied row does not open, the reload is refused, and the "
            + "credentials that were in use stay in use.",
        "With seals that are bound to nothing, the bank's credential goes to Mallory's server again.");

    internal override async Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        var server = await StartServerAsync(fixture).ConfigureAwait(false);
        var key = RandomNumberGenerator.GetBytes(32);
        var rows = new ConcurrentDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [Bank] = NaiveSeal.Seal(key, fixture.Canary.Secret),
            [Own] = NaiveSeal.Seal(key, Own),
        };
        fixture.CopyRowAsync = (from, to) =>
        {
            rows[to] = rows[from];
            return Task.CompletedTask;
        };
        return await NaiveProxy.StartAsync(fixture, server.Url, (request, _) =>
        {
            request.Headers[Header] = NaiveSeal.Open(key, rows[Own]);
            return true;
        }).ConfigureAwait(false);
    }

    internal override async Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        var server = Upstream.Http((await StartServerAsync(fixture).ConfigureAwait(false)).Url);
        return server with
        {
            Http = server.Http! with { Credential = new CredentialSettings(Header, new SecretReference(SecretReference.Vault, Own), "") },
        };
    }

    internal override async Task PrepareStateAsync(RangeFixture fixture, StateDirectory state, bool isReplaced)
    {
        var store = Store.Open(state.Store, TimeProvider.System);
        await using (store.ConfigureAwait(false))
        {
            SecretBinding binding = isReplaced ? UnboundSeal.Bind : SecretBindings.ToPlace;
            var secrets = new SealedSecrets(
                store.Secrets, KeyRing.OpenOrCreate(state.KeyRing, TimeProvider.System), TimeProvider.System, binding);
            await secrets.SetAsync(SecretPlace.OfGateway(Bank), Encoding.UTF8.GetBytes(fixture.Canary.Secret)).ConfigureAwait(false);
            await secrets.SetAsync(SecretPlace.OfGateway(Own), Encoding.UTF8.GetBytes(Own)).ConfigureAwait(false);
        }

        fixture.CopyRowAsync = async (from, to) =>
        {
            await CopyAsync(state, SecretPlace.OfGateway(from), to).ConfigureAwait(false);
            await fixture.ReloadAsync().ConfigureAwait(false); // the next reload of the operator
        };
    }

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put<SecretBinding>(PartNames.SecretBinding, UnboundSeal.Bind);

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        await context.CopyRowAsync(Bank, Own).ConfigureAwait(false);
        var client = context.As(AttackContext.Attacker);
        await client.InitializeAsync().ConfigureAwait(false);
        var reply = await client.CallAsync("echo", new { text = "hello" }).ConfigureAwait(false);
        var isStolen = await context.Canary.SingsAsync("credential " + context.Canary.Secret).ConfigureAwait(false);
        return [new Attempt("copied row", isStolen, isStolen ? "the bank's credential reached Mallory's server" : $"it did not: {reply.Summary()}")];
    }

    internal override Task<bool> UseHonestlyAsync(AttackContext context) => Honest.EchoesAsync(context);

    private static Task<CanaryServer> StartServerAsync(RangeFixture fixture) => CanaryServer.StartAsync(fixture, overrides: (context, _) =>
    {
        fixture.Canary.Sing("credential " + context.Request.Headers[Header]);
        return Task.FromResult(false);
    });

    private static async Task CopyAsync(StateDirectory state, SecretPlace from, string to)
    {
        var store = Store.Open(state.Store, TimeProvider.System);
        await using (store.ConfigureAwait(false))
        {
            var row = await store.Secrets.FindAsync(from.Purpose, from.Owner, from.Name).ConfigureAwait(false);
            await store.Secrets.PutAsync(row! with { Name = to }, SealedSecrets.MostSecrets).ConfigureAwait(false);
        }
    }
}
