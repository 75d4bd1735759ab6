namespace Gatehouse.Settings;

/// <summary>The services that give an opinion.</summary>
public enum OpinionService
{
    /// <summary>Azure AI Content Safety.</summary>
    ContentSafety = 0,

    /// <summary>A classifier with the contract of this project.</summary>
    Classifier,
}
