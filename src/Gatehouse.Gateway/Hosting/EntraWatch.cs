using Gatehouse.Gateway.Access.Entra;
using Gatehouse.Pipeline.Bounds;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Gateway.Hosting;

/// <summary>
/// Follows the rights of Entra PIM that have begun: it checks a right again before its answer is too old while an exchange of the person
/// is in progress, such as an open stream or a held call, and ends rights whose time is over.
/// </summary>
/// <remarks>
/// A right of a person without an exchange in progress is not checked. It counts for nothing after its time, and the next call checks it. So people
/// who are away cost no requests, and the log has no end and new begin for each pause.
/// </remarks>
internal sealed class EntraWatch : IDisposable
{
    /// <summary>Time after its last check until a right ends that no call has needed: 1 hour.</summary>
    public static readonly TimeSpan KeptIdle = TimeSpan.FromHours(1);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly EntraChecks checks;
    private readonly ExchangeRegistry registry;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private bool runs;

    /// <summary>Begins to follow the rights. The timer runs while there is one.</summary>
    public EntraWatch(EntraChecks checks, ExchangeRegistry registry, TimeProvider time, ILogger log)
    {
        (this.checks, this.registry, this.time) = (checks, registry, time);
        timer = GuardedTimer.Start(time, "rights of Entra PIM", Run, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, log);
        checks.Rights.Begun += Arm;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        checks.Rights.Begun -= Arm;
        timer.Dispose();
    }

    private void Arm()
    {
        lock (gate)
        {
            if (runs) return;
            runs = true;
            timer.Change(Every, Every);
        }
    }

    private void Run()
    {
        IReadOnlyList<EntraRight> all;
        lock (gate)
        {
            all = checks.Rights.All;
            if (all.Count == 0)
            {
                runs = false;
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        var present = registry.OfCallers.Select(static exchange => (exchange.Caller.Issuer, exchange.Caller.Subject)).ToHashSet();
        foreach (var right in all) Follow(right, present.Contains((right.Person.Issuer, right.Person.Subject)));
    }

    private void Follow(EntraRight right, bool isPresent)
    {
        var (known, now) = (right.Knowledge, time.GetUtcNow());
        if (known.End <= now) checks.Rights.End(right, "time");
        else if (known.CheckedAt + KeptIdle <= now) checks.Rights.End(right, "not-checked");
        else if (known.Until <= now && !right.IsIdle && isPresent) checks.Rights.End(right, "not-confirmed");
        else if (known.Until <= now) right.IsIdle = true;
        else if (known.AskAgain <= now && isPresent) checks.Renew(right);
    }
}
