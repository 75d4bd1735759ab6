namespace Gatehouse.Detection.PersonalData;

/// <summary>What a form needs beside its check to be a finding.</summary>
internal enum FormStrength
{
    /// <summary>A label: one number of ten passes the check.</summary>
    NeedsLabel,

    /// <summary>No word for a thing before it.</summary>
    UnlessThing,

    /// <summary>No word for a thing right before it.</summary>
    Enough,
}
