using Orleans.Runtime;

namespace FlowRuns.Grains.Tests.Storage;

/// <summary>The least that uses every part of a grain's storage and reminders.</summary>
[Alias("flowruns.tests.INoteGrain")]
public interface INoteGrain : IGrainWithStringKey
{
    [Alias("write")]
    Task WriteAsync(string text);

    [Alias("read")]
    Task<string?> ReadAsync();

    [Alias("clear")]
    Task ClearAsync();

    [Alias("remind")]
    Task RemindAsync(string name, TimeSpan period);

    [Alias("forget")]
    Task ForgetAsync(string name);

    [Alias("list-reminders")]
    Task<string[]> ListRemindersAsync();
}

[GrainType("note")]
public sealed class NoteGrain([PersistentState("note")] IPersistentState<Note> note) : Grain, INoteGrain, IRemindable
{
    public Task WriteAsync(string text)
    {
        note.State.Text = text;
        return note.WriteStateAsync();
    }

    public Task<string?> ReadAsync() => Task.FromResult(note.State.Text);

    public Task ClearAsync() => note.ClearStateAsync();

    public Task RemindAsync(string name, TimeSpan period) => this.RegisterOrUpdateReminder(name, period, period);

    public async Task ForgetAsync(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<string[]> ListRemindersAsync() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName)];

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}

[GenerateSerializer, Alias("flowruns.tests.note")]
public sealed class Note
{
    [Id(0)]
    public string? Text { get; set; }
}
