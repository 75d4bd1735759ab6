namespace Gatehouse.Text;

/// <summary>The form of ids of exchanges and sessions.</summary>
public static class IdForm
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 26;
}
