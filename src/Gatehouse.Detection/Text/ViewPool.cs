namespace Gatehouse.Detection.Text;

/// <summary>The room of readings that last for a moment, so that decoding a text allocates nothing. Not safe for concurrent use.</summary>
internal sealed class ViewPool
{
    private readonly List<TextView> views = [];
    private int taken;

    /// <summary>Returns a reading without a character. Its old content means nothing.</summary>
    public TextView Take()
    {
        if (taken == views.Count) views.Add(new TextView(this));
        return views[taken++];
    }

    /// <summary>Takes back the reading that was taken last; one that was taken before stays until all are taken back.</summary>
    public void Return(TextView view)
    {
        if (taken > 0 && ReferenceEquals(views[taken - 1], view)) taken--;
    }

    /// <summary>Takes back every reading.</summary>
    public void Clear() => taken = 0;
}
