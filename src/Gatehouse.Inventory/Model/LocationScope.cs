namespace Gatehouse.Inventory.Model;

/// <summary>Whose file a configuration is.</summary>
public enum LocationScope
{
    /// <summary>The person's own, for all workspaces.</summary>
    User,

    /// <summary>It lies in a workspace and travels with a repository.</summary>
    Workspace,

    /// <summary>The system's, set by an administrator.</summary>
    System,
}
