using Gatehouse.Connections;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Range.Exercises;

/// <summary>The encrypted connection of one person is copied into the row of another.</summary>
public sealed class StolenConnection : ConnectionExercise
{
    /// <inheritdoc />
    public override string Id => "stolen-connection";

    /// <inheritdoc />
    public override string Title => "Encrypted connection copied to another person";

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["OB-05", "SK-02"];

    /// <inheritdoc />
    public override string Protection => "authorization server, a connection opens only for its issuer, person and server";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A program keeps the tokens of people's connections in a database. They are encrypted, and the key is elsewhere.",
        "Alice connects her account. Mallory can write the database, but cannot read the key. Mallory copies Alice's row to an own one, and calls: the "
            + "program decrypts the row and acts with Alice's account.",
        "Gatehouse binds each encrypted connection to issuer, subject and server. The copied row does not open, and Mallory has no connection.",
        "With seals that are bound to no person, Mallory reads Alice's records again.");

    internal override Task PrepareStateAsync(RangeFixture fixture, StateDirectory state, bool isReplaced)
    {
        fixture.CopyRowAsync = async (from, to) =>
        {
            var store = Store.Open(state.Store, TimeProvider.System);
            await using (store.ConfigureAwait(false))
            {
                foreach (var row in await store.Connections.ListAsync(null, 10, TimeProvider.System.GetUtcNow()).ConfigureAwait(false))
                {
                    if (row.Subject != "corp:" + from) continue;
                    await store.Connections.PutAsync(row with { Subject = "corp:" + to }, 10).ConfigureAwait(false);
                }
            }
        };
        return Task.CompletedTask;
    }

    internal override void ReplaceServices(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<ConnectionSeals, OwnerlessSeals>());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        const string name = "the victim's row under the attacker's name";
        var (alice, mallory) = (await TokenOfAsync(context, AttackContext.Victim).ConfigureAwait(false),
            await TokenOfAsync(context, AttackContext.Attacker).ConfigureAwait(false));
        if (LinkIn(await ReadAsync(context, alice).ConfigureAwait(false)) is { } link)
            await AgreeAsync(BrowserOf(context, AttackContext.Victim), link).ConfigureAwait(false);
        if (!(await ReadAsync(context, alice).ConfigureAwait(false)).Holds(context.Canary.Secret))
            return [new Attempt(name, false, "the victim has no connection")];
        await context.CopyRowAsync(AttackContext.Victim, AttackContext.Attacker).ConfigureAwait(false);
        var reply = await ReadAsync(context, mallory).ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return [new Attempt(name, read, read ? "the attacker reads the victim's records" : $"no records: {reply.Summary()}")];
    }
}
