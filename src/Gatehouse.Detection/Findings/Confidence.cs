namespace Gatehouse.Detection.Findings;

/// <summary>The confidence of a finding.</summary>
public enum Confidence
{
    /// <summary>A guess from names.</summary>
    Low,

    /// <summary>Likely; a person should look.</summary>
    Medium,

    /// <summary>The file says so itself.</summary>
    High,
}
