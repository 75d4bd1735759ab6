namespace Gatehouse.Detection.Findings;

/// <summary>One kind of finding. Ids are given once and stay.</summary>
/// <param name="Id">Stable id, <c>GHS</c> and four digits.</param>
/// <param name="Name">Short name.</param>
/// <param name="Severity">Its severity when true.</param>
/// <param name="Reason">The reason why it matters, in one or two sentences.</param>
/// <param name="Remedy">The remedy.</param>
public sealed record FindingRule(string Id, string Name, Severity Severity, string Reason, string Remedy)
{
    /// <summary>Its help in the documentation, relative to the repository.</summary>
    public string HelpPage => $"docs/reference/findings.md#{Id.ToLowerInvariant()}";

    /// <summary>
    /// Returns whether a finding of this kind is hard, that is, blocks: its severity is high or critical, and it is sure. Any other asks a person.
    /// </summary>
    /// <param name="confidence">The confidence of the finding.</param>
    public bool IsHard(Confidence confidence) => Severity >= Severity.High && confidence == Confidence.High;
}
