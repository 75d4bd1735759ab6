namespace Gatehouse.Detection.PersonalData;

/// <summary>Conditions, beside its check, under which a form is a finding.</summary>
internal enum FormStrength
{
    /// <summary>A label: one number of ten passes the check.</summary>
    NeedsLabel,

    /// <summary>No word for a thing before it.</summary>
    UnlessThing,

    /// <summary>No word for a thing right before it.</summary>
    Enough,
}
