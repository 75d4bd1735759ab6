namespace Gatehouse.Settings;

/// <summary>What becomes of reading methods while the audit log cannot be written (AU-06).</summary>
public enum AuditUnavailableMode
{
    /// <summary>They are refused, as acting ones are.</summary>
    Refuse,

    /// <summary>They go on unrecorded; losses are counted and alarm.</summary>
    Allow,
}
