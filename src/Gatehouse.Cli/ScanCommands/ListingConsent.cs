namespace Gatehouse.Cli.ScanCommands;

/// <summary>Consent to the start of servers, for the lists of their tools.</summary>
internal enum ListingConsent
{
    /// <summary>No server starts.</summary>
    Never,

    /// <summary>Each server starts after a person agreed at the terminal.</summary>
    Asked,

    /// <summary>Each server starts. Its command is shown.</summary>
    Always,
}
