using System.Globalization;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A local server reads the environment of the process that started it.</summary>
public sealed class InheritedSecrets : HostileStdio
{
    /// <inheritdoc />
    public override string Id => "inherited-secrets";

    /// <inheritdoc />
    public override string Title => "A local server that reads the secrets of the process that started it";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP01", "MCP05"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["EX-02", "SK-01"];

    /// <inheritdoc />
    public override string Protection => "stage forward, stdio upstream: a short environment";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A bridge has a secret in its environment. It starts a server with the defaults of the system, so the server gets the whole environment.",
        "Mallory has the server return the variable.",
        "With Gatehouse a local server gets a short environment, and the variables that the configuration names for it.",
        "With an upstream that starts the server with the defaults of the system, the server returns the secret again.");

    internal override Task<Uri> StartUnguardedAsync(RangeFixture fixture)
    {
        fixture.Own(new SecretVariable(fixture.Canary.Secret));
        return base.StartUnguardedAsync(fixture);
    }

    internal override Task<ServerSettings> StartBehindGatewayAsync(RangeFixture fixture)
    {
        fixture.Own(new SecretVariable(fixture.Canary.Secret));
        return base.StartBehindGatewayAsync(fixture);
    }

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attacker = await BeginAsync(context, AttackContext.Attacker).ConfigureAwait(false);
        var secret = context.Canary.Secret;
        var reply = await attacker.CallAsync("variable", new { name = SecretVariable.NameOf(secret) }).ConfigureAwait(false);
        var isFound = reply.Holds(secret);
        if (!isFound && !reply.Holds("not set")) throw new InvalidOperationException($"the call got no answer: {reply.Summary()}");
        return
        [
            new Attempt("a variable of the environment", isFound, isFound ? "the server returned the secret" : "it is not set for the server"),
        ];
    }

    /// <summary>A variable of this process that has the secret of one run. Runs beside each other have variables of their own.</summary>
    private sealed class SecretVariable : IAsyncDisposable
    {
        private readonly string name;

        public SecretVariable(string secret)
        {
            name = NameOf(secret);
            Environment.SetEnvironmentVariable(name, secret);
        }

        /// <summary>Returns the name of the variable. It contains nothing of the secret.</summary>
        public static string NameOf(string secret) =>
            "RANGE_" + string.GetHashCode(secret, StringComparison.Ordinal).ToString("X8", CultureInfo.InvariantCulture);

        public ValueTask DisposeAsync()
        {
            Environment.SetEnvironmentVariable(name, null);
            return ValueTask.CompletedTask;
        }
    }
}
