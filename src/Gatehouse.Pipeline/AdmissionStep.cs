namespace Gatehouse.Pipeline;

/// <summary>One check between inspect-request and forward, with the reason for its place in the order.</summary>
public sealed class AdmissionStep
{
    internal AdmissionStep(string name, string reason, Func<AdmissionChecks, ExchangeRun, ValueTask<Admission>> run)
    {
        Name = name;
        Reason = reason;
        Run = run;
    }

    /// <summary>The name, unique among the steps. The step that is a stage has the name of the stage.</summary>
    public string Name { get; }

    /// <summary>The reason why the step is there and not earlier or later, as half a sentence.</summary>
    public string Reason { get; }

    /// <summary>Runs the step. A step that does not wait completes before it returns.</summary>
    internal Func<AdmissionChecks, ExchangeRun, ValueTask<Admission>> Run { get; }
}
