namespace Gatehouse.Gateway.Configurations;

/// <summary>The control entries about configurations.</summary>
internal static class EntryActs
{
    /// <summary>A configuration is about to be in force.</summary>
    public const string Applied = "configuration.applied";

    /// <summary>A configuration was refused. The one before it stays in force.</summary>
    public const string Refused = "configuration.refused";
}
