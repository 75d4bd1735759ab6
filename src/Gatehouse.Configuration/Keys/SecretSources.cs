namespace Gatehouse.Configuration.Keys;

/// <summary>The forms of references to secrets, as the descriptions of keys name them.</summary>
internal static class SecretSources
{
    /// <summary>The forms, for text in Markdown.</summary>
    public const string Text = "`vault:NAME`, `keyvault:VAULT/NAME`, `env:NAME` or `file:PATH`";
}
