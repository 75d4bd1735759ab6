namespace Gatehouse.Detection.Findings;

/// <summary>The severity of a finding when it is true.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing has to be done.</summary>
    Note,

    /// <summary>A weakness that helps an attacker who has something else already.</summary>
    Low,

    /// <summary>A weakness that should be mended.</summary>
    Medium,

    /// <summary>Someone else can act with this person's rights, or learn a secret, under ordinary conditions.</summary>
    High,

    /// <summary>It is as good as done: a live secret in the open, or code of others that runs unseen.</summary>
    Critical,
}
