namespace Gatehouse.Bench.Profiling;

/// <summary>Shares of the processor time of a process.</summary>
/// <param name="Shares">The share of each owner: 0 to 1.</param>
/// <param name="PerRequest">Microseconds of a core that a request took while the process was sampled.</param>
/// <param name="Samples">The number of samples.</param>
internal sealed record CpuProfile(IReadOnlyDictionary<string, double> Shares, double PerRequest, int Samples)
{
    /// <summary>Makes the profile of samples.</summary>
    /// <exception cref="InvalidOperationException">There is none: the process did nothing.</exception>
    public static CpuProfile Of(IReadOnlyList<IReadOnlyList<StackFrame>> stacks, double perRequest)
    {
        if (stacks.Count == 0) throw new InvalidOperationException("perf took no sample");
        var shares = stacks.CountBy(CostOwner.Of).ToDictionary(static one => one.Key, one => (double)one.Value / stacks.Count);
        return new CpuProfile(shares, perRequest, stacks.Count);
    }

    /// <summary>Returns the share of an owner.</summary>
    public double Share(string owner) => Shares.GetValueOrDefault(owner);

    /// <summary>Returns the microseconds of an owner in a request.</summary>
    public double Microseconds(string owner) => Share(owner) * PerRequest;
}
