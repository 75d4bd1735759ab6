using Gatehouse.Gateway.Hosting;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Range.Running;

/// <summary>
/// An attack on a server or on those who use it: the script gets an endpoint and the attacker's credentials, and runs against the
/// server alone, behind Gatehouse as it is shipped, and behind Gatehouse with the named protection replaced.
/// </summary>
public abstract class Exercise : RangeExercise
{
    /// <summary>The policy of the gateway. By default all named people may use everything.</summary>
    internal virtual IReadOnlyList<PolicyRule> Rules => [Policies.Everything];

    /// <summary>The policy that the administrator puts in force in the middle of it; by default none does.</summary>
    internal virtual IReadOnlyList<PolicyRule>? RulesAfterwards => null;

    /// <summary>The servers that the administrator puts in force with <see cref="RulesAfterwards"/>; by default the same ones.</summary>
    internal virtual IReadOnlyList<ServerSettings> ServersAfterwards(IReadOnlyList<ServerSettings> servers) => servers;

    /// <summary>True when the script moves the clock of the gateway (<see cref="AttackContext.Pass"/>).</summary>
    internal virtual bool MovesClock => false;

    /// <summary>True when the gateway opens its control socket, for an attacker who can reach it; by default it does not.</summary>
    internal virtual bool OpensControl => false;

    /// <summary>The limits of the gateway; by default none.</summary>
    internal virtual IReadOnlyList<LimitRule> Limits => [];

    /// <summary>
    /// The bounds of the gateway, where the attack is on them; where they are the named protection, as if they had no parts of callers.
    /// </summary>
    internal virtual GatewaySettings Bound(GatewaySettings settings, bool replaced) => settings;

    /// <summary>The policy, where it depends on what the fixture made.</summary>
    internal virtual IReadOnlyList<PolicyRule> RulesFor(RangeFixture fixture) => Rules;

    /// <summary>The issuers of the gateway; by default the range's own, as shipped.</summary>
    internal virtual IReadOnlyList<IssuerSettings> IssuersFor(RangeFixture fixture) => [new IssuerSettings { Issuer = fixture.Issuer.Name }];

    /// <summary>The lock that is configured; by default none, so that what is shipped holds.</summary>
    internal virtual LockSettings? LockFor(ServerSettings first) => null;

    /// <summary>The lock that lies in the working folder, named by nobody; by default none.</summary>
    internal virtual LockFile? FoundLockFor(ServerSettings first) => null;

    /// <summary>
    /// Whether definitions are held to what was seen first in the variant with the twin too; so it is where that is what the exercise is about.
    /// </summary>
    internal virtual bool ReplacedHoldsDefinitions => false;

    /// <summary>Further servers behind the gateway; by default none.</summary>
    internal virtual IReadOnlyList<ServerSettings> Beside(ServerSettings first) => [];

    /// <summary>What else stands in the gateway's configuration; by default nothing.</summary>
    internal virtual GatewaySettings Configure(GatewaySettings settings) => settings;

    /// <summary>The same, where it depends on what the fixture made.</summary>
    internal virtual GatewaySettings ConfigureFor(RangeFixture fixture, GatewaySettings settings) => Configure(settings);

    /// <summary>
    /// The surroundings of the gateway that the range plays, such as the name service; never a protection. They are the same in every variant, so
    /// <see cref="Replace"/> begins with them.
    /// </summary>
    internal virtual PartReplacements Surroundings(RangeFixture fixture) => PartReplacements.None;

    /// <summary>Puts what the gateway needs into its state folder before it starts; by default nothing.</summary>
    internal virtual Task PrepareStateAsync(RangeFixture fixture, StateDirectory state, bool isReplaced) => Task.CompletedTask;

    /// <summary>Starts the unguarded server and returns its endpoint.</summary>
    internal abstract Task<Uri> StartUnguardedAsync(RangeFixture fixture);

    /// <summary>Starts the same server and says how the gateway reaches it.</summary>
    internal abstract Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture);

    /// <summary>What stands between the script and the gateway; by default nothing.</summary>
    internal virtual Task<Uri> StartInFrontAsync(RangeFixture fixture, Uri gateway) => Task.FromResult(gateway);

    /// <summary>Puts a naive double in the place of the named protection; of none where the protection is a bound (<see cref="Bound"/>).</summary>
    internal virtual PartReplacements Replace(RangeFixture fixture) => PartReplacements.None;

    /// <summary>Puts a naive double in the place of the named protection, where it is a service of the host's container; by default none.</summary>
    internal virtual void ReplaceServices(IServiceCollection services)
    {
    }

    /// <summary>The log of the gateway; by default as shipped.</summary>
    internal virtual AuditSettings Audit => new();

    /// <summary>What becomes of what inspection finds; by default as shipped.</summary>
    internal virtual InspectionSettings Inspection => new();

    /// <summary>The attack.</summary>
    internal abstract Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context);

    /// <summary>The honest use; true when it works.</summary>
    internal abstract Task<bool> UseHonestlyAsync(AttackContext context);

    /// <inheritdoc />
    internal sealed override async Task<VariantResult> PlayAsync(RunVariant variant, RangeFixture fixture)
    {
        var context = fixture.ContextAt(await OpenAsync(variant, fixture).ConfigureAwait(false));
        // A twin may serve honest people as well or not; nothing is claimed of it.
        bool? honest = variant == RunVariant.Replaced ? null : await UseHonestlyAsync(context).ConfigureAwait(false);
        return new VariantResult(variant, await ExploitAsync(context).ConfigureAwait(false), honest, null);
    }

    private async Task<Uri> OpenAsync(RunVariant variant, RangeFixture fixture)
    {
        if (variant == RunVariant.Unguarded) return await StartUnguardedAsync(fixture).ConfigureAwait(false);
        var server = await StartBehindGatewayAsync(fixture).ConfigureAwait(false);
        var gateway = await fixture.StartGatewayAsync(this, server, isReplaced: variant == RunVariant.Replaced).ConfigureAwait(false);
        return await StartInFrontAsync(fixture, gateway).ConfigureAwait(false);
    }
}
